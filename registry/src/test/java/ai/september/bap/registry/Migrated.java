package ai.september.bap.registry;

import ai.september.bap.registry.database.Migrations;
import java.util.function.Consumer;
import javax.sql.DataSource;

/** The database as this program's own migrations make it; a record, so that all test classes share one template. */
record Migrated() implements Consumer<DataSource> {

    @Override
    public void accept(DataSource dataSource) {
        new Migrations(dataSource).migrate();
    }
}
