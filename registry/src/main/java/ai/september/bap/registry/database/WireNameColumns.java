package ai.september.bap.registry.database;

import ai.september.bap.registry.WireName;
import java.lang.reflect.Type;
import java.sql.Types;
import java.util.Arrays;
import java.util.Optional;
import org.jdbi.v3.core.argument.AbstractArgumentFactory;
import org.jdbi.v3.core.argument.Argument;
import org.jdbi.v3.core.config.ConfigRegistry;
import org.jdbi.v3.core.generic.GenericTypes;
import org.jdbi.v3.core.mapper.ColumnMapper;
import org.jdbi.v3.core.mapper.ColumnMapperFactory;
import org.jspecify.annotations.Nullable;

/** Keeps enums under their wire names, in both directions. */
final class WireNameColumns extends AbstractArgumentFactory<WireName> implements ColumnMapperFactory {

    WireNameColumns() {
        super(Types.VARCHAR);
    }

    @Override
    protected Argument build(WireName value, ConfigRegistry config) {
        return (position, statement, context) -> statement.setString(position, value.wireName());
    }

    @Override
    public Optional<ColumnMapper<?>> build(Type type, ConfigRegistry config) {
        Class<?> raw = GenericTypes.getErasedType(type);
        if (!raw.isEnum() || !WireName.class.isAssignableFrom(raw)) {
            return Optional.empty();
        }
        return Optional.of((row, column, context) -> constant(raw, row.getString(column)));
    }

    private static @Nullable Object constant(Class<?> type, @Nullable String wireName) {
        if (wireName == null) {
            return null;
        }
        return Arrays.stream(type.getEnumConstants())
                .filter(each -> ((WireName) each).wireName().equals(wireName))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        type.getSimpleName() + " has no \"" + wireName + "\": the row was written by a newer program"));
    }
}
