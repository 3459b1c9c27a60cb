package ai.september.bap.registry.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.SqlLogger;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/**
 * The plans by which PostgreSQL carries out what a DAO really says: {@code auto_explain} tells them over the connection on
 * which it is said. So they are those of prepared statements with their parameters, and not of a copy of their text.
 */
final class RecordedPlans implements SqlLogger {

    /** After five the driver prepares a statement in the server; after five more PostgreSQL may keep one plan for all. */
    private static final int TIMES = 12;

    private static final List<String> SETTINGS = List.of(
            "LOAD 'auto_explain'",
            "SET auto_explain.log_min_duration = 0",
            "SET auto_explain.log_analyze = on",
            "SET auto_explain.log_timing = off",
            "SET auto_explain.log_buffers = on",
            "SET client_min_messages = log");

    private static final Pattern ID = Pattern.compile("'[0-9a-f-]{36}'");

    private final Jdbi jdbi;
    private String statement = "";
    private @Nullable String plan;

    /** Over a connection of a superuser that serves nothing else. */
    RecordedPlans(Connection connection) throws SQLException {
        try (Statement settings = connection.createStatement()) {
            for (String each : SETTINGS) {
                settings.execute(each);
            }
        }
        this.jdbi = RegistryJdbi.configure(Jdbi.create(connection)).setSqlLogger(this);
    }

    /** A statement, and how it is carried out once it is prepared; without ids, which are others in every run. */
    record Plan(String statement, String text) {}

    /** Says it often enough, and answers the plan of the last time. */
    Plan of(Consumer<Handle> saying) {
        plan = null;
        for (int time = 0; time < TIMES; time++) {
            jdbi.useHandle(saying::accept);
        }
        if (plan == null) {
            throw new AssertionError("PostgreSQL told no plan of " + statement);
        }
        return new Plan(statement, plan);
    }

    @Override
    public void logAfterExecution(StatementContext context) {
        statement = String.valueOf(context.getRawSql()).strip();
        try {
            for (SQLWarning told = context.getStatement().getWarnings(); told != null; told = told.getNextWarning()) {
                record(String.valueOf(told.getMessage()));
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** {@code duration: 0.1 ms  plan:}, the statement's text, the plan. */
    private void record(String told) {
        int text = told.indexOf("Query Text:");
        if (text >= 0) {
            List<String> lines = told.substring(text).lines().toList();
            int first = 0;
            while (!lines.get(first).contains("(cost=")) {
                first++;
            }
            plan = ID.matcher(String.join("\n", lines.subList(first, lines.size())))
                    .replaceAll("'…'");
        }
    }
}
