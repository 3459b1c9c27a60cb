package ai.september.engine.provider;

import ai.september.engine.config.ProviderConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the adapter of an SDK in {@code providers/<name>} and {@code providers/common}. The jars stay off the class path
 * because opening them alone (55,000 entries) would double the time of every boot.
 */
final class AdapterLoader {

    private final Path folder;

    AdapterLoader(Path folder) {
        this.folder = folder;
    }

    Provider load(ProviderConfig config) {
        try {
            Class<?> adapter = Class.forName(className(config), true, classLoader(config));
            return (Provider) adapter.getConstructor(ProviderConfig.class).newInstance(config);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(
                    "the adapter of " + config.name().id() + " is missing or broken: " + e.getClass(), e);
        }
    }

    private static String className(ProviderConfig config) {
        return switch (config.name()) {
            case ANTHROPIC -> "ai.september.engine.provider.anthropic.AnthropicProvider";
            case OPENAI -> "ai.september.engine.provider.openai.OpenAiProvider";
            case ECHO -> throw new IllegalArgumentException("echo has no adapter");
        };
    }

    private ClassLoader classLoader(ProviderConfig config) {
        Path own = folder.resolve(config.name().id());
        ClassLoader parent = AdapterLoader.class.getClassLoader();
        if (!Files.isDirectory(own)) {
            return parent; // not packaged: everything is on the class path
        }
        List<URL> jars = new ArrayList<>(jarsIn(own));
        jars.addAll(jarsIn(folder.resolve("common")));
        return new URLClassLoader("providers", jars.toArray(URL[]::new), parent);
    }

    private static List<URL> jarsIn(Path folder) {
        List<URL> jars = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.jar")) {
            for (Path file : files) {
                jars.add(file.toUri().toURL());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the provider's jars cannot be listed", e);
        }
        return jars;
    }
}
