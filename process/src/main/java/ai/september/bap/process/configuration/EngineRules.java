package ai.september.bap.process.configuration;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What makes the engine section's values acceptable; the parsers throw {@link IllegalArgumentException}. */
final class EngineRules {

    static final String PASSTHROUGH_REMEDY =
            "use names of variables other than ORCH_*, ENGINE_*, TEMPORAL_* and PG*, which are not the engines' business";

    private static final Pattern IMAGE_GLOB = Pattern.compile("[A-Za-z0-9*?][A-Za-z0-9._:/@*?-]{0,254}");
    private static final Pattern DOCKER_HOST = Pattern.compile("unix:///\\S+|tcp://\\S+");
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final Pattern REFUSED_VARIABLE = Pattern.compile("(?i)(ORCH_|ENGINE_|TEMPORAL_|PG).*");
    private static final Pattern NETWORK = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]*");
    private static final Set<String> DAEMONS_OWN_NETWORKS = Set.of("host", "none", "bridge", "default");
    private static final Pattern BLANKS = Pattern.compile("\\s+");

    private EngineRules() {}

    static String imageGlob(String text) {
        return matching(IMAGE_GLOB, text);
    }

    static String dockerHost(String text) {
        return matching(DOCKER_HOST, text);
    }

    /** None of those that every daemon has: there engines have no names, or share what they must not share. */
    static String networkName(String text) {
        if (DAEMONS_OWN_NETWORKS.contains(text)) {
            throw new IllegalArgumentException("not a network of engines' own");
        }
        return matching(NETWORK, text);
    }

    static String passthrough(String name) {
        if (REFUSED_VARIABLE.matcher(name).matches()) {
            throw new IllegalArgumentException("refused");
        }
        return matching(VARIABLE, name);
    }

    static Path absolutePath(String text) {
        Path path = Path.of(text);
        if (!path.isAbsolute()) {
            throw new IllegalArgumentException("relative");
        }
        return path;
    }

    static Setting<EngineBackend> backend(SettingsReader in) {
        Setting<EngineBackend> backend = in.choice("engine.backend", EngineBackend.class);
        Setting<Boolean> allowed = in.flag("engine.allowSubprocess");
        if (backend.isGood() && backend.value() == EngineBackend.SUBPROCESS && allowed.isGood() && !allowed.value()) {
            in.problem(
                    "engine.backend",
                    "is subprocess, which gives engines all the rights of this process; use docker, `./bap dev`,"
                            + " or ORCH_ALLOW_SUBPROCESS=true if all products on this machine are yours");
        }
        return backend;
    }

    static Setting<EngineUrlMode> urlMode(SettingsReader in, Setting<EngineBackend> backend) {
        Setting<Optional<EngineUrlMode>> mode = in.optionalChoice("engine.urlMode", EngineUrlMode.class);
        if (!mode.isGood() || !backend.isGood()) {
            return Setting.bad();
        }
        boolean docker = backend.value() == EngineBackend.DOCKER;
        EngineUrlMode chosen = mode.value().orElse(docker ? EngineUrlMode.NETWORK : EngineUrlMode.HOST);
        if (chosen == EngineUrlMode.NETWORK && !docker) {
            in.problem("engine.urlMode", "is network, but subprocess engines have no network of their own; use host");
        }
        return Setting.good(chosen);
    }

    static List<String> migrateCommand(SettingsReader in) {
        String command = in.text("engine.migrateCommand").orElse("none");
        return command.equals("none") ? List.of() : List.of(BLANKS.split(command));
    }

    private static String matching(Pattern legal, String text) {
        if (!legal.matcher(text).matches()) {
            throw new IllegalArgumentException("illegal");
        }
        return text;
    }
}
