package ai.september.bap.registry.database;

import static java.util.Objects.requireNonNull;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
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
 * others wait for it (a lock in PostgreSQL). They may be of different versions: migrations add, so an older program works
 * with a newer database, until one of its migrations states otherwise. Thread-safe.
 */
public final class Migrations {

    private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);
    private static final String LOCATION = "classpath:db/migration";
    private static final String APPLIED =
            "SELECT version FROM flyway_schema_history WHERE success AND version IS NOT NULL";
    private static final int VALIDITY_TIMEOUT_S = 2;

    private final DataSource dataSource;
    private final Flyway flyway;
    private volatile @Nullable NavigableSet<MigrationVersion> known;

    public Migrations(DataSource dataSource) {
        this(dataSource, LOCATION);
    }

    Migrations(DataSource dataSource, String... locations) {
        this.dataSource = requireNonNull(dataSource, "dataSource");
        this.flyway = Flyway.configure()
                .loggers(FlywayLog.class.getName())
                .dataSource(dataSource)
                .locations(locations)
                .failOnMissingLocations(true)
                .validateMigrationNaming(true)
                .load();
    }

    /**
     * Applies what is missing, each migration in a transaction of its own.
     *
     * @throws DatabaseTooNewException if a newer program migrated the database, and this one may not work with it
     * @throws MigrationException if an applied migration is not the one this program has, or one fails
     */
    public void migrate() {
        try {
            refuseIncompatible();
            if (isAhead(newestInstalled())) {
                flyway.validate();
                sayAhead();
            } else {
                int count = flyway.migrate().migrationsExecuted;
                refuseIncompatible(); // another process may have got in between
                LOG.info("database is at version {}, {} migrations applied now", newestInstalled(), count);
            }
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
     * Whether the database has every migration of this program, and none after which it may not work with it any more;
     * false as well while it cannot be reached. Costs one small query, three if the database is newer, so that health
     * checks may ask at any rate.
     */
    public boolean applied() {
        try (Connection connection = dataSource.getConnection()) {
            NavigableSet<MigrationVersion> installed = installed(connection);
            return installed.containsAll(known())
                    && compatibleFrom(connection, newest(installed)).compareTo(newest(known())) <= 0;
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

    private void refuseIncompatible() {
        MigrationVersion installed = newestInstalled();
        MigrationVersion newestKnown = newest(known());
        try (Connection connection = dataSource.getConnection()) {
            MigrationVersion from = compatibleFrom(connection, installed);
            if (from.compareTo(newestKnown) > 0) {
                throw new DatabaseTooNewException(installed.toString(), from.toString(), newestKnown.toString());
            }
        } catch (SQLException e) {
            throw new MigrationException("the database's migrations cannot be read: " + e.getMessage(), e);
        }
    }

    /** The newest migration that a program has to know for a database at that version; any will do for one that is not newer. */
    private MigrationVersion compatibleFrom(Connection connection, MigrationVersion installed) throws SQLException {
        return isAhead(installed) ? Compatibility.from(connection).orElse(installed) : MigrationVersion.EMPTY;
    }

    /** Whether a newer program made the database so. */
    private boolean isAhead(MigrationVersion installed) {
        return installed.compareTo(newest(known())) > 0;
    }

    private void sayAhead() {
        LOG.info(
                "database is at version {}, of a newer release; this one knows {} and may work with it",
                newestInstalled(),
                newest(known()));
    }

    private MigrationVersion newestInstalled() {
        return newest(versions(MigrationInfo::isApplied));
    }

    private static NavigableSet<MigrationVersion> installed(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(APPLIED)) {
            NavigableSet<MigrationVersion> installed = new TreeSet<>();
            while (rows.next()) {
                installed.add(MigrationVersion.fromVersion(rows.getString(1)));
            }
            return installed;
        }
    }

    /** What this program's files hold: read once. */
    private NavigableSet<MigrationVersion> known() {
        NavigableSet<MigrationVersion> versions = known;
        if (versions == null) {
            versions = versions(migration -> migration.getState().isResolved());
            known = versions;
        }
        return versions;
    }

    private NavigableSet<MigrationVersion> versions(Predicate<MigrationInfo> which) {
        return Arrays.stream(flyway.info().all())
                .filter(MigrationInfo::isVersioned)
                .filter(which)
                .map(MigrationInfo::getVersion)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static MigrationVersion newest(NavigableSet<MigrationVersion> versions) {
        return versions.isEmpty() ? MigrationVersion.EMPTY : versions.last();
    }
}
