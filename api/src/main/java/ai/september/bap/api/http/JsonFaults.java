package ai.september.bap.api.http;

import ai.september.bap.registry.error.BapException;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import java.math.BigInteger;
import java.util.Collection;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Says in the caller's words what is wrong with a body; nothing of the parser's own words gets through. */
final class JsonFaults {

    private static final Pattern DUPLICATE = Pattern.compile("Duplicate field '(.{1,100})'");

    private JsonFaults() {}

    static RuntimeException refusal(JsonProcessingException fault) {
        if (fault instanceof ValueInstantiationException refusedByRecord) {
            return refusedByValue(refusedByRecord);
        }
        if (fault instanceof StreamConstraintsException) {
            return invalid("The body is nested too deeply or holds a number or name that is too long.");
        }
        if (fault instanceof JsonMappingException mapping
                && mapping.getCause() instanceof InputCoercionException range) {
            return invalid(place(mapping) + " must be " + legalForm(range.getTargetType()) + ".");
        }
        if (fault instanceof JsonMappingException mapping
                && mapping.getCause() instanceof JsonProcessingException cause) {
            return refusal(cause);
        }
        if (fault instanceof MismatchedInputException mismatch) {
            return mismatch(mismatch);
        }
        return malformed(fault);
    }

    /** The constructors of requests and ids say themselves what is wrong. */
    private static RuntimeException refusedByValue(ValueInstantiationException refusal) {
        Throwable cause = refusal.getCause();
        if (cause instanceof BapException known) {
            return known;
        }
        return cause instanceof IllegalArgumentException illegal && illegal.getMessage() != null
                ? invalid(illegal.getMessage() + ".")
                : new IllegalStateException("a request's constructor failed", refusal);
    }

    private static RuntimeException mismatch(MismatchedInputException mismatch) {
        String place = place(mismatch);
        if (place.isEmpty()) {
            boolean trailing = String.valueOf(mismatch.getOriginalMessage()).startsWith("Trailing token");
            return invalid(
                    trailing
                            ? "The body goes on after the end of its JSON object."
                            : "The body must be a JSON object.");
        }
        return invalid(place + " must be " + legalForm(mismatch.getTargetType()) + ".");
    }

    private static RuntimeException malformed(JsonProcessingException fault) {
        Matcher duplicate = DUPLICATE.matcher(String.valueOf(fault.getOriginalMessage()));
        if (duplicate.find()) {
            return invalid("The field " + duplicate.group(1) + " appears twice.");
        }
        JsonLocation location = fault.getLocation();
        String where =
                location == null ? "" : " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")";
        return invalid("The body is not valid JSON" + where + ".");
    }

    private static String place(JsonMappingException fault) {
        StringBuilder place = new StringBuilder();
        for (JsonMappingException.Reference step : fault.getPath()) {
            if (step.getFieldName() == null) {
                place.append('[').append(step.getIndex()).append(']');
            } else {
                place.append(place.isEmpty() ? "" : ".").append(step.getFieldName());
            }
        }
        return place.toString();
    }

    private static String legalForm(@Nullable Class<?> type) {
        if (type == null) {
            return "of another type";
        }
        if (type == Boolean.class || type == boolean.class) {
            return "true or false";
        }
        if (type == Integer.class || type == int.class) {
            return "a whole number of at most 2147483647";
        }
        if (type == Long.class || type == long.class || type == BigInteger.class) {
            return "a whole number";
        }
        if (Collection.class.isAssignableFrom(type)) {
            return "an array";
        }
        return isTextual(type) ? "a string of well-formed characters" : "an object";
    }

    /** Strings, and the types that are read from one: ids and names are records of one value. */
    private static boolean isTextual(Class<?> type) {
        return CharSequence.class.isAssignableFrom(type)
                || type.isEnum()
                || type.getName().startsWith("ai.september.bap.registry.id.");
    }

    private static RefusedRequestException invalid(String message) {
        return RefusedRequestException.badRequest(message);
    }
}
