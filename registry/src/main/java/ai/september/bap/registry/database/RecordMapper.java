package ai.september.bap.registry.database;

import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jdbi.v3.core.config.ConfigRegistry;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/**
 * Reads rows into records by their constructor. Which column goes to which parameter Jdbi finds out by reflection, anew
 * for each query, which took two fifths of an admit's time; here it is found out once for each set of columns.
 * Thread-safe.
 */
final class RecordMapper<T> implements RowMapper<T> {

    private final RowMapper<T> byConstructor;
    private final Map<List<String>, RowMapper<T>> byColumns = new ConcurrentHashMap<>();

    private RecordMapper(RowMapper<T> byConstructor) {
        this.byConstructor = byConstructor;
    }

    static <T> RecordMapper<T> of(Class<T> type) {
        return new RecordMapper<>(ConstructorMapper.of(type));
    }

    @Override
    public void init(ConfigRegistry registry) {
        byConstructor.init(registry);
    }

    @Override
    public @Nullable T map(ResultSet rows, StatementContext context) throws SQLException {
        return specialize(rows, context).map(rows, context);
    }

    @Override
    public RowMapper<T> specialize(ResultSet rows, StatementContext context) throws SQLException {
        List<String> columns = columns(rows.getMetaData());
        RowMapper<T> known = byColumns.get(columns);
        if (known == null) {
            known = byConstructor.specialize(rows, context);
            byColumns.put(columns, known);
        }
        return known;
    }

    private static List<String> columns(ResultSetMetaData description) throws SQLException {
        List<String> columns = new ArrayList<>(description.getColumnCount());
        for (int column = 1; column <= description.getColumnCount(); column++) {
            columns.add(description.getColumnLabel(column));
        }
        return columns;
    }
}
