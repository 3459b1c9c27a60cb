package ai.september.engine.config;

/** The environment cannot be used. The message names the variable and the remedy, and never the value of a secret. */
public final class ConfigException extends Exception {

    public ConfigException(String variable, String problemAndRemedy) {
        super(variable + ": " + problemAndRemedy);
    }
}
