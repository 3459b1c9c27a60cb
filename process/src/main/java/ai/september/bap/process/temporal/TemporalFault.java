package ai.september.bap.process.temporal;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.security.cert.CertificateException;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Says in one line why a call to Temporal failed, and which setting mends it, where one does. */
final class TemporalFault {

    private TemporalFault() {}

    static String describe(StatusRuntimeException failure) {
        Status status = failure.getStatus();
        return switch (status.getCode()) {
            case UNAUTHENTICATED ->
                "it does not know who we are (" + detail(status)
                        + "): check TEMPORAL_API_KEY, or the client certificate in TEMPORAL_TLS_CLIENT_CERT_PATH";
            case UNAVAILABLE -> unavailable(failure);
            default -> detail(status);
        };
    }

    private static String unavailable(StatusRuntimeException failure) {
        Optional<Throwable> encryption = causes(failure)
                .filter(cause -> cause instanceof SSLException || cause instanceof CertificateException)
                .reduce((outer, inner) -> inner);
        return encryption
                .map(cause -> encryption(String.valueOf(cause.getMessage())))
                .orElseGet(() -> unreachable(failure));
    }

    private static String encryption(String message) {
        String said = message.toLowerCase(Locale.ROOT);
        if (said.contains("not an ssl/tls record")) {
            return "it does not speak TLS: check TEMPORAL_ADDRESS, or leave TEMPORAL_TLS_* and TEMPORAL_API_KEY out";
        }
        if (said.contains("no name matching") || said.contains("no subject alternative")) {
            return "its certificate is for another name (" + message
                    + "): set TEMPORAL_TLS_SERVER_NAME to the name it carries";
        }
        if (said.contains("certification path") || said.contains("path does not chain") || said.contains("validity")) {
            return "its certificate is not one to trust (" + message
                    + "): set TEMPORAL_TLS_SERVER_CA_CERT_PATH to the authority that signed it";
        }
        if (said.contains("certificate")) {
            return "it does not accept our certificate (" + message
                    + "): check TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH";
        }
        return "TLS failed: " + message;
    }

    private static String unreachable(StatusRuntimeException failure) {
        String description = detail(failure.getStatus());
        return description.contains("Network closed")
                ? "it closes the connection (" + description + "): if it wants TLS, set TEMPORAL_TLS=true"
                : innermost(failure);
    }

    private static String innermost(StatusRuntimeException failure) {
        return causes(failure)
                .skip(1)
                .reduce((outer, inner) -> inner)
                .map(cause -> Status.Code.UNAVAILABLE + ": " + oneLine(String.valueOf(cause.getMessage())))
                .orElseGet(() -> detail(failure.getStatus()));
    }

    private static String detail(Status status) {
        String description = status.getDescription();
        return description == null ? status.getCode().name() : status.getCode() + ": " + oneLine(description);
    }

    private static String oneLine(String text) {
        return text.lines().findFirst().orElse("");
    }

    private static Stream<Throwable> causes(Throwable failure) {
        return Stream.<@Nullable Throwable>iterate(failure, cause -> cause != null, cause -> cause.getCause())
                .map(Throwable.class::cast);
    }
}
