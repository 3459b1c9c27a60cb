package ai.september.bap.api.openapi;

import ai.september.bap.api.engine.AdmitResource;
import ai.september.bap.api.engine.EngineResource;
import ai.september.bap.api.engine.ScheduleResource;
import ai.september.bap.api.http.ErrorBody;
import ai.september.bap.api.http.Json;
import ai.september.bap.api.operation.OperationView;
import ai.september.bap.api.product.PlatformKeyResource;
import ai.september.bap.api.product.ProductResource;
import ai.september.bap.registry.product.Policy;
import ai.september.bap.registry.product.Resources;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.core.jackson.ModelResolver;
import io.swagger.v3.jaxrs2.Reader;
import io.swagger.v3.jaxrs2.ext.OpenAPIExtensions;
import io.swagger.v3.oas.integration.SwaggerConfiguration;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.security.SecurityScheme;
import io.swagger.v3.oas.models.servers.Server;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The description of the HTTP interface (OpenAPI 3.0), made from the classes that serve it. */
public final class ApiDescription {

    static final String ADMIN_KEY = "AdminKey";
    static final String PLATFORM_KEY = "PlatformKey";

    /** What callers send; a field of theirs that may be null may be left out, too. */
    static final Set<Class<?>> REQUESTS = Set.of(
            AdmitResource.Flags.class,
            EngineResource.Provision.class,
            PlatformKeyResource.Rotation.class,
            ScheduleResource.Wanted.class,
            ProductResource.Registration.class,
            ProductResource.PolicyChange.class,
            Policy.class,
            Resources.class);

    private static final Object READER = new Object();

    private ApiDescription() {}

    /** The description of what these resources serve. */
    public static OpenAPI of(Collection<Class<?>> resources, String version) {
        ObjectMapper json = Json.forResponses();
        OpenAPI frame = frame(version);
        OpenAPI api;
        synchronized (READER) {
            // The library keeps both for the whole JVM.
            RecordSchemas records = new RecordSchemas(json);
            ModelResolver resolver = new ModelResolver(json);
            MethodReader methods = new MethodReader();
            ModelConverters converters = ModelConverters.getInstance();
            converters.addConverter(resolver);
            converters.addConverter(records);
            OpenAPIExtensions.getExtensions().add(0, methods);
            try {
                frame.getComponents().getSchemas().putAll(converters.readAll(ErrorBody.class));
                frame.getComponents().getSchemas().putAll(converters.readAll(OperationView.class));
                api = new Reader(configuration(frame)).read(new LinkedHashSet<>(resources));
            } finally {
                OpenAPIExtensions.getExtensions().remove(methods);
                converters.removeConverter(records);
                converters.removeConverter(resolver);
            }
        }
        finish(api);
        return api;
    }

    /** What a method returns is its success. */
    private static SwaggerConfiguration configuration(OpenAPI frame) {
        SwaggerConfiguration configuration = new SwaggerConfiguration().openAPI(frame);
        configuration.setDefaultResponseCode("200");
        return configuration;
    }

    private static OpenAPI frame(String version) {
        Components components = new Components()
                .schemas(new TreeMap<>())
                .headers(Responses.headers())
                .parameters(Parameters.all())
                .addSecuritySchemes(ADMIN_KEY, key("X-Admin-Key", "The operator's key"))
                .addSecuritySchemes(PLATFORM_KEY, key("X-Platform-Key", "A product's key"));
        return new OpenAPI()
                .info(new Info()
                        .title("bap-engine")
                        .version(version)
                        .description(
                                "Gives each user of each product an Engine of its own: an AI agent runtime with a private"
                                        + " brain and key. Register a product, admit a user, then talk to the user's Engine"
                                        + " directly."))
                .addServersItem(new Server().url("/"))
                .components(components);
    }

    private static SecurityScheme key(String header, String description) {
        return new SecurityScheme()
                .type(SecurityScheme.Type.APIKEY)
                .in(SecurityScheme.In.HEADER)
                .name(header)
                .description(description);
    }

    /** A user called provision needs a path of its own in the code, not in the description. */
    private static void finish(OpenAPI api) {
        PathItem provision = api.getPaths().get("/engines/provision");
        if (provision != null) {
            provision.setGet(null);
            provision.setDelete(null);
        }
        nameOperations(api);
    }

    private static void nameOperations(OpenAPI api) {
        Set<String> names = new HashSet<>();
        for (Map.Entry<String, PathItem> path : api.getPaths().entrySet()) {
            for (Operation operation : operations(path.getValue())) {
                if (!names.add(operation.getOperationId())) {
                    throw new IllegalStateException(
                            "two methods are called " + operation.getOperationId() + ", one of " + path.getKey());
                }
            }
        }
    }

    private static List<Operation> operations(PathItem path) {
        return new ArrayList<>(path.readOperations());
    }
}
