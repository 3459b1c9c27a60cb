package ai.september.bap.process.configuration;

/** A section whose settings have been read; it can be made once all of them are known to be good. */
@FunctionalInterface
interface Draft<T> {

    T make();
}
