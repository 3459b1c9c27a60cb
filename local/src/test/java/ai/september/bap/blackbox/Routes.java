package ai.september.bap.blackbox;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.swagger.v3.oas.annotations.Hidden;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the API serves, read from its classes. */
final class Routes {

    private Routes() {}

    /** The classes that serve it. */
    static Set<Class<?>> resources() {
        Set<Class<?>> resources = new LinkedHashSet<>();
        for (JavaClass found : new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("ai.september.bap.api")) {
            if (found.isAnnotatedWith(Path.class) && !found.isAnnotatedWith(Hidden.class)) {
                resources.add(found.reflect());
            }
        }
        return resources;
    }

    /** Each as {@code GET /engines/{}}: parameters without their names. HEAD is there wherever GET is. */
    static List<String> all() {
        return resources().stream().flatMap(Routes::of).toList();
    }

    private static Stream<String> of(Class<?> resource) {
        String base = resource.getAnnotation(Path.class).value();
        return Arrays.stream(resource.getDeclaredMethods())
                .flatMap(method ->
                        verbs(method).map(verb -> verb + " " + template(base, method.getAnnotation(Path.class))));
    }

    private static Stream<String> verbs(Method method) {
        return Arrays.stream(method.getAnnotations())
                .map(Annotation::annotationType)
                .map(type -> type.getAnnotation(HttpMethod.class))
                .filter(verb -> verb != null)
                .map(HttpMethod::value)
                .filter(verb -> !verb.equals(HttpMethod.HEAD));
    }

    private static String template(String base, @Nullable Path path) {
        String whole = path == null ? base : base + "/" + path.value();
        return ("/" + whole).replaceAll("/{2,}", "/").replaceAll("\\{[a-z_]+}", "{}");
    }
}
