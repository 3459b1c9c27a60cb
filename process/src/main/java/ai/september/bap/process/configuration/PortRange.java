package ai.september.bap.process.configuration;

/** The ports engines may be published at, both ends included. */
public record PortRange(int min, int max) {

    private static final int LOWEST = 1_024;
    private static final int HIGHEST = 65_535;

    public PortRange {
        if (min < 1 || max > HIGHEST || min > max) {
            throw new IllegalArgumentException("ports must be a range within 1 to 65535, not " + min + " to " + max);
        }
    }

    static Draft<PortRange> read(SettingsReader in) {
        Setting<Integer> min = in.whole("engine.portMin", LOWEST, HIGHEST);
        Setting<Integer> max = in.whole("engine.portMax", LOWEST, HIGHEST);
        if (min.isGood() && max.isGood() && min.value() > max.value()) {
            in.problem(
                    "engine.portMax", "is " + max.value() + ", below the lowest port; use " + min.value() + " or more");
        }
        return () -> new PortRange(min.value(), max.value());
    }
}
