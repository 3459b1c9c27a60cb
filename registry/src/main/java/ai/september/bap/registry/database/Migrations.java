package ai.september.bap.registry.database;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toUnmodifiableSet;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.exception.FlywayValidateException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the database to the state this program knows. Any number of processes may do so at once: one migrates, the
 * others wait for it (a lock in PostgreSQL). Thread-safe.
 */
public final class Migrations {

    private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);
    private static final String LOCATION = "classpath:db/migration";
    private static final String APPLIED =
            "SELECT version FROM flyway_schema_history WHERE success AND version IS NOT NULL";
    private static final int VALIDITY_TIMEOUT_S = 2;

    private final DataSource dataSource;
    private final Flyway flyway;
    private volatile @Nullable Set<MigrationVersion> known;

    public Migrations(DataSource dataSource) {
        this(dataSource, LOCATION);
    }

    Migrations(DataSource dataSource, String location) {
        this.dataSource = requireNonNull(dataSource, "dataSource");
        this.flyway = Flyway.configure()
                .loggers(FlywayLog.class.getName())
                .dataSource(dataSource)
                .locations(location)
                .failOnMissingLocations(true)
                .validateMigrationNaming(true)
                .load();
    }

    /**
     * Applies what is missing, each migration in a transaction of its own.
     *
     * @throws DatabaseTooNewException if a newer program migrated the database
     * @throws MigrationException if an applied migration is not the one this program has, or one fails
     */
    public void migrate() {
        try {
            refuseNewer();
            int count = flyway.migrate().migrationsExecuted;
            refuseNewer(); // another process may have got in between
            LOG.info("database is at version {}, {} migrations applied now", newest(MigrationInfo::isApplied), count);
        } catch (FlywayValidateException e) {
            throw new MigrationException(
                    "the database holds a migration that is not the one this program has; run the release that made it,"
                            + " or restore a backup (an applied migration is never edited): " + e.getMessage(),
                    e);
        } catch (FlywayException e) {
            throw new MigrationException("the database could not be migrated: " + e.getMessage(), e);
        }
    }

    /**
     * Whether the database has every migration of this program; false as well while it cannot be reached. Costs one small
     * query, so that health checks may ask at any rate.
     */
    public boolean applied() {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(APPLIED)) {
            Set<MigrationVersion> installed = new HashSet<>();
            while (rows.next()) {
                installed.add(MigrationVersion.fromVersion(rows.getString(1)));
            }
            return installed.containsAll(known());
        } catch (SQLException | FlywayException e) {
            LOG.debug("migrations cannot be read", e);
            return false;
        }
    }

    /**
     * The versions still to be applied, in order.
     *
     * @throws MigrationException if the database cannot be reached
     */
    public List<String> pending() {
        try {
            return Arrays.stream(flyway.info().pending())
                    .map(migration -> migration.getVersion().getVersion())
                    .toList();
        } catch (FlywayException e) {
            throw new MigrationException("the database's migrations cannot be read: " + e.getMessage(), e);
        }
    }

    /** Whether the database answers. */
    public boolean isReachable() {
        return connectionProblem().isEmpty();
    }

    /** Why the database does not answer, in PostgreSQL's words; empty if it does. */
    public Optional<String> connectionProblem() {
        try (Connection connection = dataSource.getConnection()) {
            return connection.isValid(VALIDITY_TIMEOUT_S) ? Optional.empty() : Optional.of("the connection is dead");
        } catch (SQLException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private void refuseNewer() {
        MigrationVersion installed = newest(MigrationInfo::isApplied);
        MigrationVersion known = newest(migration -> migration.getState().isResolved());
        if (installed.compareTo(known) > 0) {
            throw new DatabaseTooNewException(installed.toString(), known.toString());
        }
    }

    /** What this program's files hold: read once. */
    private Set<MigrationVersion> known() {
        Set<MigrationVersion> versions = known;
        if (versions == null) {
            versions = versions(migration -> migration.getState().isResolved()).collect(toUnmodifiableSet());
            known = versions;
        }
        return versions;
    }

    private MigrationVersion newest(Predicate<MigrationInfo> which) {
        return versions(which).max(Comparator.naturalOrder()).orElse(MigrationVersion.EMPTY);
    }

    private Stream<MigrationVersion> versions(Predicate<MigrationInfo> which) {
        return Arrays.stream(flyway.info().all())
                .filter(MigrationInfo::isVersioned)
                .filter(which)
                .map(MigrationInfo::getVersion);
    }
}
