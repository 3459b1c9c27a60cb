package ai.september.bap.api.openapi;

import io.swagger.v3.oas.annotations.Hidden;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The description of the HTTP interface, for people: Swagger UI with all that it needs, from this process. The page may load
 * and ask nothing from elsewhere, and run nothing that is written into it.
 */
@Hidden
@Path("/docs")
public final class DocsResource {

    private static final String OURS = "/ai/september/bap/api/openapi/";
    private static final String THEIRS = "/META-INF/resources/webjars/swagger-ui/" + version() + "/";
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                    + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    private static final String JAVASCRIPT = "text/javascript; charset=utf-8";

    private static final File PAGE = new File(OURS + "index.html", "text/html; charset=utf-8");

    /** What the page loads, and as what; nothing else of the library is served. */
    private static final Map<String, File> FILES = Map.of(
            "start.js", new File(OURS + "start.js", JAVASCRIPT),
            "swagger-ui-bundle.js", new File(THEIRS + "swagger-ui-bundle.js", JAVASCRIPT),
            "swagger-ui.css", new File(THEIRS + "swagger-ui.css", "text/css; charset=utf-8"),
            "favicon-32x32.png", new File(THEIRS + "favicon-32x32.png", "image/png"));

    /** Each is unpacked once. */
    private final Map<String, byte[]> unpacked = new ConcurrentHashMap<>();

    private record File(String path, String type) {}

    /** Under exactly one path, because the page's links are relative to it: that way it works behind a proxy's prefix. */
    @GET
    public Response page(@Context UriInfo uri) {
        return uri.getPath().endsWith("/")
                ? Response.temporaryRedirect(URI.create("../docs")).build()
                : answer(PAGE);
    }

    @GET
    @Path("{file}")
    public Response file(@PathParam("file") String name) {
        File file = FILES.get(name);
        if (file == null) {
            throw new NotFoundException();
        }
        return answer(file);
    }

    private Response answer(File file) {
        return Response.ok(unpacked.computeIfAbsent(file.path(), DocsResource::read), file.type())
                .header("Content-Security-Policy", POLICY)
                .header("X-Content-Type-Options", "nosniff")
                .header("Referrer-Policy", "no-referrer")
                .build();
    }

    private static byte[] read(String path) {
        try (InputStream file = DocsResource.class.getResourceAsStream(path)) {
            if (file == null) {
                throw new IllegalStateException(path + " is not on the class path");
            }
            return file.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String version() {
        try (InputStream file =
                DocsResource.class.getResourceAsStream("/META-INF/maven/org.webjars/swagger-ui/pom.properties")) {
            Properties properties = new Properties();
            properties.load(file);
            return properties.getProperty("version");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
