package ai.september.bap.registry.host;

import ai.september.bap.registry.id.InstallationId;
import org.jdbi.v3.sqlobject.statement.SqlQuery;

/** The statement on the installation. */
public interface InstallationDao {

    /** Made with the database, and never changed. */
    @SqlQuery("SELECT installation_id FROM installation")
    InstallationId id();
}
