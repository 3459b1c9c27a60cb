package ai.september.bap.api.audit;

import ai.september.bap.api.http.QueryParameters;
import ai.september.bap.registry.audit.AuditEntry;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;

/** A place in the audit listing: the last row of a page. Opaque to callers; stable under inserts. */
record AuditCursor(Instant timestamp, long id) {

    static AuditCursor after(AuditEntry entry) {
        return new AuditCursor(entry.timestamp(), entry.id());
    }

    /** Reads a cursor's text; IllegalArgumentException if it is none of ours. */
    static AuditCursor parse(String text) {
        String[] parts = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8).split(",", -1);
        try {
            return new AuditCursor(QueryParameters.ordinary(Instant.parse(parts[0])), Long.parseLong(parts[1]));
        } catch (DateTimeException | ArrayIndexOutOfBoundsException malformed) {
            throw new IllegalArgumentException("not a cursor", malformed);
        }
    }

    String text() {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString((timestamp + "," + id).getBytes(StandardCharsets.UTF_8));
    }
}
