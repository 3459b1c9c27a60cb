package ai.september.bap.local.cli;

import java.io.Console;
import java.util.Optional;

/** Asks whoever sits at the terminal. */
interface Question {

    /** The answer; empty if nobody is there to give one. */
    Optional<String> ask(String text);

    /** At this process's terminal, if it has one. */
    @SuppressWarnings("SystemConsoleNull") // Up to Java 21 there is none without a terminal.
    static Question atTerminal() {
        Console console = System.console();
        return console != null && isTerminal(console)
                ? text -> Optional.ofNullable(console.readLine("%s", text))
                : text -> Optional.empty();
    }

    /** From Java 22 on there is a console without a terminal, too, which can be asked whether it is one. */
    private static boolean isTerminal(Console console) {
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException olderJava) {
            return true;
        } catch (ReflectiveOperationException unknown) {
            return false;
        }
    }
}
