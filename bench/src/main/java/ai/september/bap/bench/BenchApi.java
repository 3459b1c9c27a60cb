package ai.september.bap.bench;

import ai.september.bap.api.ApiApplication;
import ai.september.bap.api.product.PlatformKeys;
import ai.september.bap.process.ProcessMain;
import ai.september.bap.process.Role;
import ai.september.bap.process.configuration.OrchestratorConfiguration;
import ai.september.bap.registry.database.RegistryJdbi;
import ai.september.bap.registry.id.ProductId;
import ai.september.bap.registry.id.Slug;
import ai.september.bap.registry.vault.KeyHash;
import io.dropwizard.core.Application;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.db.ManagedDataSource;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.sqlobject.statement.SqlQuery;

/** The API with what it is compared with beside it, in the same server and on the same pool of connections. */
public final class BenchApi extends Application<OrchestratorConfiguration> {

    /** As a process of its own, in the place of the API's; the argument names the configuration file. */
    public static void main(String[] arguments) {
        ProcessMain.run(Role.API, arguments, BenchApi::new);
    }

    private final ApiApplication api = new ApiApplication();

    @Override
    public String getName() {
        return api.getName();
    }

    @Override
    public void initialize(Bootstrap<OrchestratorConfiguration> bootstrap) {
        api.initialize(bootstrap);
    }

    @Override
    public void run(OrchestratorConfiguration configuration, Environment environment) throws Exception {
        api.run(configuration, environment);
        ManagedDataSource pool = Opened.find(environment, ManagedDataSource.class);
        environment.jersey().register(new BareRead(RegistryJdbi.create(pool), pool));
    }

    /** One indexed read, the product of a platform key, and a small answer. */
    @Path("/bench/read")
    @Produces(MediaType.APPLICATION_JSON)
    public static final class BareRead {

        private static final String JDBC_SQL = """
                SELECT p.product_id, p.slug FROM platform_keys k JOIN products p USING (product_id)
                WHERE k.key_hash = ? AND (k.expires_at IS NULL OR k.expires_at > now())
                """;

        private final Jdbi jdbi;
        private final DataSource pool;

        BareRead(Jdbi jdbi, DataSource pool) {
            this.jdbi = jdbi;
            this.pool = pool;
        }

        /** Whose key it is. */
        public record Found(ProductId productId, Slug slug) {}

        /** The read and nothing else. */
        public interface ReadDao {

            /** The product, by its key's hash. */
            @SqlQuery("""
                    SELECT p.product_id, p.slug FROM platform_keys k JOIN products p USING (product_id)
                    WHERE k.key_hash = :keyHash AND (k.expires_at IS NULL OR k.expires_at > now())
                    """)
            Optional<Found> find(KeyHash keyHash);
        }

        /** Through Jdbi, as everything in the orchestrator reads. */
        @GET
        public Found read(@HeaderParam("X-Platform-Key") String key) {
            return jdbi.withExtension(ReadDao.class, dao -> dao.find(PlatformKeys.hash(key)))
                    .orElseThrow();
        }

        /** Through nothing but the driver and the pool. */
        @GET
        @Path("/jdbc")
        public Found readByJdbc(@HeaderParam("X-Platform-Key") String key) throws SQLException {
            try (Connection connection = pool.getConnection();
                    PreparedStatement statement = connection.prepareStatement(JDBC_SQL)) {
                statement.setBytes(1, PlatformKeys.hash(key).toBytes());
                try (ResultSet rows = statement.executeQuery()) {
                    rows.next();
                    return new Found(new ProductId(rows.getObject(1, UUID.class)), new Slug(rows.getString(2)));
                }
            }
        }
    }
}
