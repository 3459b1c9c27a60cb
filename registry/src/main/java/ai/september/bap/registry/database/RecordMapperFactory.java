package ai.september.bap.registry.database;

import java.lang.reflect.Type;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jdbi.v3.core.config.ConfigRegistry;
import org.jdbi.v3.core.generic.GenericTypes;
import org.jdbi.v3.core.mapper.ColumnMappers;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.mapper.RowMapperFactory;

/** Reads rows into records; a record that is a single column's value stays one. Thread-safe. */
final class RecordMapperFactory implements RowMapperFactory {

    /** Kept here, because Jdbi forgets at the end of a statement what it has found during it. */
    private final Map<Class<?>, Optional<RowMapper<?>>> mappers = new ConcurrentHashMap<>();

    @Override
    public Optional<RowMapper<?>> build(Type type, ConfigRegistry config) {
        return mappers.computeIfAbsent(GenericTypes.getErasedType(type), raw -> mapper(raw, type, config));
    }

    private static Optional<RowMapper<?>> mapper(Class<?> raw, Type type, ConfigRegistry config) {
        boolean isRow =
                raw.isRecord() && config.get(ColumnMappers.class).findFor(type).isEmpty();
        return isRow ? Optional.of(RecordMapper.of(raw)) : Optional.empty();
    }
}
