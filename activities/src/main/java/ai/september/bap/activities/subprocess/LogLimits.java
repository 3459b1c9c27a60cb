package ai.september.bap.activities.subprocess;

/**
 * How much of a container's output is kept.
 *
 * @param maxBytes size at which a file is set aside, in bytes
 * @param files number of files kept, the one being written included
 */
public record LogLimits(long maxBytes, int files) {

    /** 3 files of 1 MiB. */
    public static final LogLimits DEFAULT = new LogLimits(1 << 20, 3);

    public LogLimits {
        if (maxBytes < 1) {
            throw new IllegalArgumentException("maxBytes must be 1 or more, not " + maxBytes);
        }
        if (files < 1) {
            throw new IllegalArgumentException("files must be 1 or more, not " + files);
        }
    }
}
