package ai.september.bap.api.http;

import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A request of which only the peer and the headers can be asked for. */
final class ShownRequest {

    private ShownRequest() {}

    /** @param namesAndValues headers, names and values in turn; a name may come more than once */
    static HttpServletRequest from(String peer, String... namesAndValues) {
        return (HttpServletRequest) Proxy.newProxyInstance(
                ShownRequest.class.getClassLoader(),
                new Class<?>[] {HttpServletRequest.class},
                (self, method, arguments) -> switch (method.getName()) {
                    case "getRemoteAddr" -> peer;
                    case "getHeader" ->
                        values(String.valueOf(arguments[0]), namesAndValues).stream()
                                .findFirst()
                                .orElse(null);
                    case "getHeaders" -> Collections.enumeration(values(String.valueOf(arguments[0]), namesAndValues));
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    private static List<String> values(String name, String... namesAndValues) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            if (namesAndValues[i].equalsIgnoreCase(name)) {
                values.add(namesAndValues[i + 1]);
            }
        }
        return values;
    }
}
