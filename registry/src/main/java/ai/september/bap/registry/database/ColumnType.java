package ai.september.bap.registry.database;

import java.lang.reflect.Type;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.function.Function;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.argument.Argument;
import org.jdbi.v3.core.argument.ArgumentFactory;
import org.jdbi.v3.core.argument.NullArgument;
import org.jdbi.v3.core.config.ConfigRegistry;
import org.jdbi.v3.core.mapper.ColumnMapper;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/**
 * How one of our value types is kept in a column, in both directions, alone and as an array's element.
 *
 * @param type our type
 * @param stored what the driver takes and gives in its place
 * @param jdbcType one of {@link java.sql.Types}
 * @param sqlType PostgreSQL's name of the type
 * @param toSql never sees null
 * @param fromSql never sees null
 */
record ColumnType<T, S>(
        Class<T> type, Class<S> stored, int jdbcType, String sqlType, Function<T, S> toSql, Function<S, T> fromSql)
        implements ArgumentFactory.Preparable, ColumnMapper<T> {

    void register(Jdbi jdbi) {
        jdbi.registerArgument(this);
        jdbi.registerColumnMapper(type, this);
        jdbi.registerArrayType(type, sqlType, toSql);
    }

    @Override
    public Optional<Function<Object, Argument>> prepare(Type declared, ConfigRegistry config) {
        return declared == type ? Optional.of(this::argument) : Optional.empty();
    }

    private Argument argument(@Nullable Object value) {
        if (value == null) {
            return new NullArgument(jdbcType);
        }
        S sql = toSql.apply(type.cast(value));
        return (position, statement, context) -> statement.setObject(position, sql, jdbcType);
    }

    @Override
    public @Nullable T map(ResultSet row, int column, StatementContext context) throws SQLException {
        S sql = row.getObject(column, stored);
        return sql == null ? null : fromSql.apply(sql);
    }
}
