package ai.september.bap.activities.subprocess;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** SHA-256 of a program's files. Read again only when a path, size or time of change differs. Thread-safe. */
final class ImageDigest {

    private final Path content;
    private volatile @Nullable Known known;

    ImageDigest(Path content) {
        this.content = content;
    }

    /** Lower-case hex. */
    String hex() throws IOException {
        List<Entry> entries = entries();
        Known last = known;
        if (last == null || !last.entries().equals(entries)) {
            last = new Known(entries, digest(entries));
            known = last;
        }
        return last.hex();
    }

    private List<Entry> entries() throws IOException {
        try (Stream<Path> paths = Files.walk(content)) {
            return paths.map(Entry::of).filter(Entry::isFile).sorted().toList();
        } catch (UncheckedIOException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private String digest(List<Entry> entries) throws IOException {
        MessageDigest digest = sha256();
        for (Entry entry : entries) {
            String header = content.relativize(entry.path()) + "\0" + entry.size() + "\0";
            digest.update(header.getBytes(StandardCharsets.UTF_8));
            update(digest, entry.path());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void update(MessageDigest digest, Path file) throws IOException {
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
        }
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    private record Known(List<Entry> entries, String hex) {}

    private record Entry(Path path, long size, long changed, boolean isFile) implements Comparable<Entry> {

        static Entry of(Path path) {
            try {
                BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
                return new Entry(
                        path, attributes.size(), attributes.lastModifiedTime().toMillis(), attributes.isRegularFile());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public int compareTo(Entry other) {
            return path.compareTo(other.path);
        }
    }
}
