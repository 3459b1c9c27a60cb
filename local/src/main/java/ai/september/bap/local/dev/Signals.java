package ai.september.bap.local.dev;

import java.lang.reflect.Proxy;

/**
 * Handles signals of the operating system. The JDK has no supported way to see a second Ctrl-C (shutdown hooks run
 * once); {@code sun.misc.Signal} is what every JVM program uses for it, reached by name because naming it in source is
 * a compiler warning that cannot be switched off.
 */
final class Signals {

    private Signals() {}

    /** Runs the action at each such signal, on a thread of the JVM, in place of what the JVM would do. */
    static void onEach(String signal, Runnable action) {
        try {
            Class<?> type = Class.forName("sun.misc.Signal");
            Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
            Object handler = Proxy.newProxyInstance(
                    handlerType.getClassLoader(), new Class<?>[] {handlerType}, (self, method, arguments) -> {
                        action.run();
                        return null;
                    });
            type.getMethod("handle", type, handlerType)
                    .invoke(null, type.getConstructor(String.class).newInstance(signal), handler);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot handle SIG" + signal, e);
        }
    }
}
