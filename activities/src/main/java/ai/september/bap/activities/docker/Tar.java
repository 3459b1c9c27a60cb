package ai.september.bap.activities.docker;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** The archives in which the daemon takes files and gives them. */
final class Tar {

    private static final int FILE_MODE = 0100600;
    private static final int FOLDER_MODE = 040700;

    /** What a foreign image calls its list of users may be anything. */
    private static final int LONGEST_TEXT = 1 << 20;

    private Tar() {}

    /** A file that its owner alone may read and write. */
    static InputStream file(String name, byte[] content, EngineUser owner) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setMode(FILE_MODE);
        entry.setSize(content.length);
        return of(entry, content, owner);
    }

    /** A folder that its owner alone may use. */
    static InputStream folder(String name, EngineUser owner) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name + "/");
        entry.setMode(FOLDER_MODE);
        return of(entry, new byte[0], owner);
    }

    private static InputStream of(TarArchiveEntry entry, byte[] content, EngineUser owner) throws IOException {
        entry.setUserId(owner.uid());
        entry.setGroupId(owner.gid());
        entry.setModTime(Instant.now().toEpochMilli());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
            tar.putArchiveEntry(entry);
            tar.write(content);
            tar.closeArchiveEntry();
        }
        return new ByteArrayInputStream(bytes.toByteArray());
    }

    /** The text of the first file of an archive, as far as it is of a sensible size. */
    static String text(InputStream archive) throws IOException {
        TarArchiveInputStream tar = new TarArchiveInputStream(archive);
        return tar.getNextEntry() == null ? "" : new String(tar.readNBytes(LONGEST_TEXT), StandardCharsets.UTF_8);
    }
}
