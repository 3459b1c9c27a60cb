package ai.september.bap.local.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What runs on this machine, as far as this user may see it. */
public final class ProcessTable {

    private static final Path PROC = Path.of("/proc");

    private ProcessTable() {}

    /** False for zombies, too: they have no program any more. */
    public static boolean isAlive(ProcessHandle process) {
        return process.isAlive() && process.info().command().isPresent();
    }

    /** The live processes whose arguments hold all the given ones. */
    public static Stream<ProcessHandle> withArguments(List<String> wanted) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .arguments()
                        .map(arguments -> Arrays.asList(arguments).containsAll(wanted))
                        .orElse(false));
    }

    /** The live processes that work in the folder. Nothing where there is no {@code /proc}. */
    public static Stream<ProcessHandle> workingIn(Path folder) {
        return ProcessHandle.allProcesses()
                .filter(process -> workingFolder(process).filter(folder::equals).isPresent());
    }

    /** Empty where there is no {@code /proc}, for zombies, and for processes this user may not look into. */
    public static Optional<Path> workingFolder(ProcessHandle process) {
        try {
            return Optional.of(Files.readSymbolicLink(
                    PROC.resolve(Long.toString(process.pid())).resolve("cwd")));
        } catch (IOException goneOrForeign) {
            return Optional.empty();
        }
    }

    /** The file name of what it executes; empty for zombies, and for processes this user may not look into. */
    public static Optional<String> program(ProcessHandle process) {
        return process.info()
                .command()
                .map(command -> Path.of(command).getFileName().toString())
                // As Linux names a program whose file is gone.
                .map(name -> name.replaceFirst(" \\(deleted\\)$", ""));
    }

    /** Whether {@link #workingFolder} can tell anything on this machine. */
    public static boolean knowsWorkingFolders() {
        return Files.isDirectory(PROC.resolve("self"));
    }
}
