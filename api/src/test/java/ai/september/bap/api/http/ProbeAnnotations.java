package ai.september.bap.api.http;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.MessageBodyWriter;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;

/** Answers with how many annotations its own writer was told of. */
@Path("/annotations")
public final class ProbeAnnotations {

    /** What only {@link Writer} writes. */
    public record Told() {}

    @GET
    @Produces(MediaType.TEXT_PLAIN)
    public Told get() {
        return new Told();
    }

    /** Writes a number. */
    @Provider
    @Produces(MediaType.TEXT_PLAIN)
    public static final class Writer implements MessageBodyWriter<Told> {

        @Override
        public boolean isWriteable(Class<?> type, Type generic, Annotation[] annotations, MediaType mediaType) {
            return type == Told.class;
        }

        @Override
        public void writeTo(
                Told told,
                Class<?> type,
                Type generic,
                Annotation[] annotations,
                MediaType mediaType,
                MultivaluedMap<String, Object> headers,
                OutputStream out)
                throws IOException {
            out.write(Integer.toString(annotations.length).getBytes(StandardCharsets.US_ASCII));
        }
    }
}
