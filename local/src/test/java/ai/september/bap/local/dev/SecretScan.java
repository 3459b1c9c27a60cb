package ai.september.bap.local.dev;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Looks for secrets where none may rest. */
final class SecretScan {

    /** {@code home} is the one file it may stand in. */
    private record Secret(String name, String value, Path home) {}

    private static final Path NOWHERE = Path.of("");

    private final List<Secret> secrets = new ArrayList<>();

    void add(String name, String value) {
        secrets.add(new Secret(name, value, NOWHERE));
    }

    /** A secret that is kept in a file of its own. */
    void addKeptIn(Path home, String name) throws IOException {
        secrets.add(new Secret(name, Files.readString(home).strip(), home));
    }

    /** What is found in the files of a folder, its subfolders too: which secret, and where. */
    List<String> inFilesOf(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder)) {
            files = all.filter(Files::isRegularFile).toList();
        }
        List<String> found = new ArrayList<>();
        for (Path file : files) {
            found.addAll(in(Files.readString(file, StandardCharsets.ISO_8859_1), file));
        }
        return found;
    }

    /** What is found in the arguments of every process that can be seen. */
    List<String> inArguments() {
        return ProcessHandle.allProcesses()
                .map(process -> Path.of("/proc", Long.toString(process.pid()), "cmdline"))
                .flatMap(arguments -> in(read(arguments), arguments).stream())
                .toList();
    }

    List<String> in(String text, Path where) {
        return secrets.stream()
                .filter(secret -> !secret.home().equals(where) && text.contains(secret.value()))
                .map(secret -> secret.name() + " in " + where)
                .toList();
    }

    private static String read(Path arguments) {
        try {
            return Files.readString(arguments, StandardCharsets.ISO_8859_1);
        } catch (IOException gone) {
            return "";
        }
    }
}
