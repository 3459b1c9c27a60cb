package ai.september.bap.bench;

import ai.september.bap.local.stage.Reporter;

/** What the user of a benchmark sees while it runs; standard output belongs to the log of what is measured. */
final class Progress implements Reporter {

    @SuppressWarnings("SystemOut")
    static void say(String what) {
        System.err.println(what);
    }

    @Override
    public void progress(String what) {
        say(what);
    }

    @Override
    public void notice(String what) {
        say(what);
    }

    @Override
    public void fatal(String why) {
        say(why);
    }
}
