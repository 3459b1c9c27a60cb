package ai.september.bap.registry.database;

import static java.time.ZoneOffset.UTC;

import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.HostId;
import ai.september.bap.registry.id.ImageRef;
import ai.september.bap.registry.id.InstallationId;
import ai.september.bap.registry.id.OperationId;
import ai.september.bap.registry.id.ProductId;
import ai.september.bap.registry.id.Slug;
import ai.september.bap.registry.id.UserId;
import ai.september.bap.registry.vault.KeyHash;
import java.lang.reflect.Method;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.extension.AttachedExtensionHandler;
import org.jdbi.v3.core.extension.ExtensionHandler;
import org.jdbi.v3.core.extension.Extensions;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.core.statement.StatementException;
import org.jdbi.v3.core.statement.StatementExceptions;
import org.jdbi.v3.jackson2.Jackson2Config;
import org.jdbi.v3.jackson2.Jackson2Plugin;
import org.jdbi.v3.postgres.PostgresPlugin;
import org.jdbi.v3.sqlobject.SqlObjectPlugin;

/**
 * A {@code Jdbi} as the registry's DAOs need it: ids and names as their types, {@code timestamptz} as {@link Instant} (to
 * the microsecond), {@code bytea} as {@link KeyHash}, {@code interval} as {@link Duration}, {@code jsonb} by
 * {@link Json}, and rows as records, matched from snake_case by constructor without further annotation. Failures name
 * the statement, never its arguments. Records bound with {@code @BindMethods} must be public.
 */
public final class RegistryJdbi {

    private static final List<ColumnType<?, ?>> COLUMN_TYPES = List.of(
            uuid(ProductId.class, ProductId::value, ProductId::new),
            uuid(EngineId.class, EngineId::value, EngineId::new),
            uuid(InstallationId.class, InstallationId::value, InstallationId::new),
            uuid(OperationId.class, OperationId::value, OperationId::new),
            text(UserId.class, UserId::value, UserId::new),
            text(Slug.class, Slug::value, Slug::new),
            text(HostId.class, HostId::value, HostId::new),
            text(ImageRef.class, ImageRef::value, ImageRef::new),
            new ColumnType<>(KeyHash.class, byte[].class, Types.BINARY, "bytea", KeyHash::toBytes, KeyHash::ofBytes),
            // Jdbi's own goes by java.sql.Timestamp, whose SQL type PostgreSQL has to guess.
            new ColumnType<>(
                    Instant.class,
                    OffsetDateTime.class,
                    Types.TIMESTAMP_WITH_TIMEZONE,
                    "timestamptz",
                    instant -> instant.atOffset(UTC),
                    OffsetDateTime::toInstant));

    private RegistryJdbi() {}

    /** A new one over the data source, which stays the caller's to close. */
    public static Jdbi create(DataSource dataSource) {
        return configure(Jdbi.create(dataSource));
    }

    /** The same, whose transactions may wait longer for each of their statements than the data source's connections do. */
    public static Jdbi create(DataSource dataSource, Duration transactionPatience) {
        Jdbi jdbi = create(dataSource);
        jdbi.setTransactionHandler(new PatientTransactions(transactionPatience));
        return jdbi;
    }

    /** Teaches an existing one, for example Dropwizard's; returns the same. */
    public static Jdbi configure(Jdbi jdbi) {
        jdbi.installPlugin(new SqlObjectPlugin())
                .installPlugin(new PostgresPlugin())
                .installPlugin(new Jackson2Plugin());
        jdbi.getConfig(Jackson2Config.class).setMapper(Json.newMapper());
        jdbi.getConfig(Extensions.class).registerHandlerCustomizer(RegistryJdbi::unwarmed);
        jdbi.getConfig(StatementExceptions.class).setMessageRendering(RegistryJdbi::withoutArguments);
        COLUMN_TYPES.forEach(columnType -> columnType.register(jdbi));
        WireNameColumns wireNames = new WireNameColumns();
        jdbi.registerArgument(wireNames).registerColumnMapper(wireNames);
        return jdbi.registerRowMapper(new RecordMapperFactory());
    }

    /**
     * A DAO is made for each transaction, and Jdbi prepares all of its methods then, of which one or two are called: for our
     * larger ones that took a third of a millisecond of a processor, and takes a third of that without (Jdbi 3.51).
     */
    private static ExtensionHandler unwarmed(ExtensionHandler handler, Class<?> unusedDao, Method unusedMethod) {
        return (config, target) -> {
            AttachedExtensionHandler attached = handler.attachTo(config, target);
            return (handle, arguments) -> attached.invoke(handle, arguments);
        };
    }

    /** Arguments are users' names and sealed keys: they stay out of messages, which end in logs. */
    private static String withoutArguments(StatementException failure) {
        StatementContext context = failure.getStatementContext();
        return failure.getShortMessage() + (context == null ? "" : " [statement: " + context.getRawSql() + "]");
    }

    private static <T> ColumnType<T, UUID> uuid(Class<T> type, Function<T, UUID> toSql, Function<UUID, T> fromSql) {
        return new ColumnType<>(type, UUID.class, Types.OTHER, "uuid", toSql, fromSql);
    }

    private static <T> ColumnType<T, String> text(
            Class<T> type, Function<T, String> toSql, Function<String, T> fromSql) {
        return new ColumnType<>(type, String.class, Types.VARCHAR, "text", toSql, fromSql);
    }
}
