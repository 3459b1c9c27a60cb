package ai.september.bap.api.http;

/** The body of a verb that takes none: an object of any fields, or nothing. */
public record NoFields() {}
