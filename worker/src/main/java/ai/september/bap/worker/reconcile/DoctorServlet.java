package ai.september.bap.worker.reconcile;

import ai.september.bap.registry.database.Json;
import ai.september.bap.registry.error.ErrorCode;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the doctor finds, as JSON: 200 whatever it finds, 503 in the API's envelope if it cannot look. */
public final class DoctorServlet extends HttpServlet {

    /** Where it is on the admin port. */
    public static final String PATH = "/admin/doctor";

    private static final Logger LOG = LoggerFactory.getLogger(DoctorServlet.class);
    private static final ObjectMapper JSON = Json.newMapper();

    private final transient Doctor doctor;

    public DoctorServlet(Doctor doctor) {
        this.doctor = doctor;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        try {
            answer(response, 200, written(doctor.examine()));
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
            answer(response, 503, fault("the worker is ending"));
        } catch (RuntimeException failed) {
            LOG.warn("the doctor cannot look", failed);
            answer(response, 503, fault(Doctor.reason(failed)));
        }
    }

    private static void answer(HttpServletResponse response, int status, Map<String, ?> body) throws IOException {
        response.setStatus(status);
        response.setContentType("application/json");
        response.getOutputStream().write(JSON.writeValueAsBytes(body));
    }

    private static Map<String, ?> fault(String reason) {
        return Map.of(
                "error", Map.of("code", ErrorCode.UNAVAILABLE.name(), "message", "The doctor cannot look: " + reason));
    }

    private static Map<String, ?> written(Examination examination) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("installation_id", examination.installationId().toString());
        body.put("host_id", examination.hostId().toString());
        body.put("looked_at", examination.lookedAt());
        body.put(
                "findings",
                examination.findings().stream().map(DoctorServlet::written).toList());
        body.put("not_looked_at", examination.notLookedAt());
        body.put("foreign", examination.foreign());
        return body;
    }

    private static Map<String, Object> written(Finding finding) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("kind", finding.kind().wireName());
        entry.put("engine_id", finding.engineId().toString());
        if (!finding.kind().about().equals("engine")) {
            entry.put(finding.kind().about() + "_id", finding.subject());
        }
        entry.put("detail", finding.detail());
        entry.put("mended_by", finding.kind().mender().wireName());
        return entry;
    }
}
