package ai.september.bap.local.stage;

/** How a stage speaks to the user of {@code ./bap dev}. Callable from any thread. */
public interface Reporter {

    /** What the stage does right now, while it starts. */
    void progress(String what);

    /** Something the user should know, at any time: a crash, a restart, a limit. */
    void notice(String what);

    /** The stage cannot go on; everything is to be stopped. */
    void fatal(String why);
}
