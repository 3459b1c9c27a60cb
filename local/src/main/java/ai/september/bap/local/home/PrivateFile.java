package ai.september.bap.local.home;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/** Small text files that only their owner reads (mode 0600), on disk either whole or not at all. */
public final class PrivateFile {

    private PrivateFile() {}

    /** Writes one line, replacing what was there; on the disk when this returns. */
    public static void write(Path file, String line) throws IOException {
        Path staging = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(staging);
        Files.createFile(staging, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        // A stream, not a channel: an interrupt does not cut it off.
        try (FileOutputStream out = new FileOutputStream(staging.toFile())) {
            out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            out.getFD().sync();
        }
        Files.move(staging, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** The content without surrounding white space. */
    public static String read(Path file) throws IOException {
        return Files.readString(file).strip();
    }
}
