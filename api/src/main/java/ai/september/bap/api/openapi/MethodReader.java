package ai.september.bap.api.openapi;

import ai.september.bap.api.describe.Queries;
import ai.september.bap.api.describe.Refuses;
import ai.september.bap.api.engine.EngineCall;
import ai.september.bap.api.http.JsonBody;
import ai.september.bap.api.http.KeyHeaders;
import ai.september.bap.registry.error.ErrorCode;
import com.fasterxml.jackson.annotation.JsonView;
import io.swagger.v3.jaxrs2.ResolvedParameter;
import io.swagger.v3.jaxrs2.ext.AbstractOpenAPIExtension;
import io.swagger.v3.jaxrs2.ext.OpenAPIExtension;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PathParam;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Tells the reader of resources what their signatures mean here: keys are security schemes, and who takes a body or a key
 * refuses it in known ways. Only paths' parameters are left to the reader itself.
 */
final class MethodReader extends AbstractOpenAPIExtension {

    /** What the reader says of an answer that it knows by its type only. */
    private static final String NO_DESCRIPTION = "default response";

    @Override
    public ResolvedParameter extractParameters(
            List<Annotation> annotations,
            Type type,
            Set<Type> typesToSkip,
            Components components,
            @Nullable Consumes classConsumes,
            @Nullable Consumes methodConsumes,
            boolean includeRequestBody,
            @Nullable JsonView jsonViewAnnotation,
            Iterator<OpenAPIExtension> chain) {
        boolean ofPath = annotations.stream().anyMatch(PathParam.class::isInstance);
        return ofPath
                ? super.extractParameters(
                        annotations,
                        type,
                        typesToSkip,
                        components,
                        classConsumes,
                        methodConsumes,
                        includeRequestBody,
                        jsonViewAnnotation,
                        chain)
                : new ResolvedParameter();
    }

    @Override
    public void decorateOperation(Operation operation, Method method, Iterator<OpenAPIExtension> chain) {
        operation.setTags(List.of(tag(method)));
        parameters(operation, method);
        security(operation, method);
        operation
                .getResponses()
                .values()
                .forEach(success -> success.setDescription(
                        NO_DESCRIPTION.equals(success.getDescription())
                                ? operation.getSummary()
                                : success.getDescription()));
        if (takes(method, EngineCall.class)
                || headers(method).contains(Parameters.PREFER)
                || operation.getResponses().containsKey("202")) {
            Responses.accepted(operation.getResponses());
        }
        Responses.refusals(operation.getResponses(), codes(method), hasBody(method));
        super.decorateOperation(operation, method, chain);
    }

    private static String tag(Method method) {
        String[] packages = method.getDeclaringClass().getPackageName().split("\\.", -1);
        return packages[packages.length - 1];
    }

    private static void parameters(Operation operation, Method method) {
        List<Parameter> parameters =
                new ArrayList<>(operation.getParameters() == null ? List.of() : operation.getParameters());
        parameters.forEach(MethodReader::describe);
        if (takes(method, EngineCall.class)) {
            parameters.add(shared(Parameters.PREFER));
            if (!isTheOperators(method)) {
                parameters.add(shared(Parameters.IDEMPOTENCY_KEY));
            }
        }
        for (String header : headers(method)) {
            if (header.equals(Parameters.PREFER) || header.equals(Parameters.LAST_EVENT_ID)) {
                parameters.add(shared(header));
            }
        }
        Queries queries = method.getAnnotation(Queries.class);
        if (queries != null) {
            Arrays.stream(queries.value()).map(MethodReader::shared).forEach(parameters::add);
        }
        operation.setParameters(parameters);
    }

    private static void describe(Parameter ofPath) {
        Notes notes = Notes.of(ofPath.getName());
        ofPath.description(notes.description()).example(notes.example());
        Constraints.apply(ofPath.getName(), ofPath.getSchema());
    }

    private static Parameter shared(String name) {
        return new Parameter().$ref("#/components/parameters/" + name);
    }

    private static void security(Operation operation, Method method) {
        List<String> headers = headers(method);
        if (headers.contains(KeyHeaders.ADMIN)) {
            operation.addSecurityItem(new SecurityRequirement().addList(ApiDescription.ADMIN_KEY));
        }
        if (takesPlatformKey(method)) {
            operation.addSecurityItem(new SecurityRequirement().addList(ApiDescription.PLATFORM_KEY));
        }
    }

    private static boolean takesPlatformKey(Method method) {
        return headers(method).contains(KeyHeaders.PLATFORM)
                || (takes(method, EngineCall.class) && !isTheOperators(method));
    }

    private static boolean isTheOperators(Method method) {
        return headers(method).contains(KeyHeaders.ADMIN);
    }

    /** In their order, so that the description is the same at each build. */
    private static Set<ErrorCode> codes(Method method) {
        Set<ErrorCode> codes = EnumSet.noneOf(ErrorCode.class);
        if (takesPlatformKey(method)) {
            codes.add(ErrorCode.INVALID_PLATFORM_KEY);
        }
        if (isTheOperators(method)) {
            codes.add(ErrorCode.INVALID_ADMIN_KEY);
        }
        if (takesPlatformKey(method) || isTheOperators(method)) {
            codes.add(ErrorCode.INVALID_REQUEST);
            codes.add(ErrorCode.RATE_LIMITED);
            codes.add(ErrorCode.UNAVAILABLE);
        }
        Refuses refuses = method.getAnnotation(Refuses.class);
        if (refuses != null) {
            codes.addAll(Arrays.asList(refuses.value()));
        }
        return codes;
    }

    private static boolean hasBody(Method method) {
        return takes(method, JsonBody.class) || takes(method, EngineCall.class);
    }

    private static boolean takes(Method method, Class<?> type) {
        return Arrays.asList(method.getParameterTypes()).contains(type);
    }

    private static List<String> headers(Method method) {
        return Arrays.stream(method.getParameterAnnotations())
                .flatMap(Arrays::stream)
                .filter(HeaderParam.class::isInstance)
                .map(header -> ((HeaderParam) header).value())
                .collect(Collectors.toList());
    }
}
