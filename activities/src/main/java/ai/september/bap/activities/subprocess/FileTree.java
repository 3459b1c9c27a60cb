package ai.september.bap.activities.subprocess;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Files and folders that nobody else may read, written so that a crash leaves the old state or the new one. */
final class FileTree {

    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private FileTree() {}

    /** Makes a folder, and those above it, mode 0700; no-op if it is there. */
    static void makeFolder(Path folder) throws IOException {
        if (!isFolder(folder)) {
            Files.createDirectories(folder, OWNER_ONLY);
        }
    }

    /** Makes a folder, mode 0700, whose parent is there. */
    static void makeNewFolder(Path folder) throws IOException {
        Files.createDirectory(folder, OWNER_ONLY);
    }

    static boolean isFolder(Path path) {
        return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
    }

    /** Makes an empty file, mode 0600; no-op if it is there. */
    static void touch(Path file) throws IOException {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            Files.createFile(file, OWNER_FILE);
        }
    }

    /** What a folder holds, sorted by name; nothing if it is missing. */
    static List<Path> children(Path folder) throws IOException {
        List<Path> children = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
            stream.forEach(children::add);
        } catch (NoSuchFileException | NotDirectoryException nothingThere) {
            return List.of();
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        children.sort(Comparator.naturalOrder());
        return children;
    }

    /** Writes a file, mode 0600: complete or not at all, whatever becomes of this process and of the machine. */
    static void write(Path file, String text) throws IOException {
        Path draft = draft(file);
        Files.createFile(draft, OWNER_FILE);
        Files.writeString(draft, text, StandardCharsets.UTF_8);
        sync(draft);
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** As {@link #write}, for what is of no use after the machine went down. */
    static void writeUnsynced(Path file, String text) throws IOException {
        Path draft = draft(file);
        Files.createFile(draft, OWNER_FILE);
        Files.writeString(draft, text, StandardCharsets.UTF_8);
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** The text of a small file, damaged or not; empty if it is missing. */
    static Optional<String> read(Path file) throws IOException {
        try {
            return Optional.of(new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
        } catch (NoSuchFileException missing) {
            return Optional.empty();
        }
    }

    /** Copies a file, mode 0600: durable when it returns, complete or not at all. */
    static void copy(Path source, Path target) throws IOException {
        Path draft = draft(target);
        Files.createFile(draft, OWNER_FILE);
        try (FileChannel in = FileChannel.open(source, StandardOpenOption.READ);
                FileChannel out = FileChannel.open(draft, StandardOpenOption.WRITE)) {
            long size = in.size();
            for (long at = 0; at < size; ) {
                at += in.transferTo(at, size - at, out);
            }
            out.force(true);
        }
        Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
        sync(parent(target));
    }

    /** Whether a file is a draft of {@link #write} or {@link #copy} that a crash left behind. */
    static boolean isDraft(Path file) {
        String name = file.getFileName().toString();
        return name.startsWith(".") && name.endsWith(".draft");
    }

    /** Brings a file or folder itself to the disk. */
    static void sync(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Deletes a file or a folder with all it holds. Links are deleted, never followed. No-op if it is missing. */
    static void delete(Path path) throws IOException {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            Files.walkFileTree(path, new Deletion());
        }
    }

    /** The parent of a path that has one. */
    static Path parent(Path path) {
        Path parent = path.getParent();
        if (parent == null) {
            throw new IllegalArgumentException("no parent: " + path);
        }
        return parent;
    }

    private static Path draft(Path file) {
        return file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID() + ".draft");
    }

    private static final class Deletion extends SimpleFileVisitor<Path> {

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
            }
            throw e;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e) throws IOException {
            if (e != null) {
                throw e;
            }
            Files.deleteIfExists(folder);
            return FileVisitResult.CONTINUE;
        }
    }
}
