package ai.september.bap.activities.docker;

import ai.september.bap.activities.container.BackendException;
import java.util.Optional;

/** Who an image's processes run as. */
record EngineUser(long uid, long gid) {

    /**
     * The user of an image.
     *
     * @param configured what the image says: a name or number, and perhaps a group after a colon
     * @param passwd the image's {@code /etc/passwd}
     * @param group its {@code /etc/group}
     * @throws BackendException if it is root, or nobody
     */
    static EngineUser of(String image, String configured, String passwd, String group) {
        String[] parts = configured.split(":", 2);
        Optional<String[]> account = entry(passwd, parts[0], isNumber(parts[0]) ? 2 : 0);
        long uid = isNumber(parts[0])
                ? Long.parseLong(parts[0])
                : account.map(fields -> Long.parseLong(fields[2])).orElseThrow(() -> unusable(image, configured));
        if (uid == 0) {
            throw unusable(image, configured);
        }
        if (parts.length == 1 || parts[1].isEmpty()) {
            return new EngineUser(
                    uid, account.map(fields -> Long.parseLong(fields[3])).orElse(0L));
        }
        return new EngineUser(
                uid,
                isNumber(parts[1])
                        ? Long.parseLong(parts[1])
                        : entry(group, parts[1], 0)
                                .map(fields -> Long.parseLong(fields[2]))
                                .orElseThrow(() -> unusable(image, configured)));
    }

    /** Whether the image says by numbers alone who its user is. */
    static boolean isKnownByNumbers(String configured) {
        return configured.matches("[0-9]+:[0-9]+");
    }

    private static boolean isNumber(String text) {
        return text.matches("[0-9]+");
    }

    private static Optional<String[]> entry(String file, String wanted, int field) {
        return file.lines()
                .map(line -> line.split(":", -1))
                .filter(fields -> fields.length > 3 && fields[field].equals(wanted))
                .findFirst();
    }

    private static BackendException unusable(String image, String configured) {
        return BackendException.lasting(
                ("image %s runs as %s, and engines do not run as root: give its Dockerfile a USER of its own that is in"
                                + " its /etc/passwd")
                        .formatted(image, configured.isEmpty() ? "root" : "user " + configured),
                null);
    }
}
