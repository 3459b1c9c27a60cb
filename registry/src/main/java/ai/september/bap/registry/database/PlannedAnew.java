package ai.september.bap.registry.database;

import java.lang.annotation.Annotation;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.reflect.Method;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.core.statement.StatementCustomizer;
import org.jdbi.v3.sqlobject.customizer.SqlStatementCustomizer;
import org.jdbi.v3.sqlobject.customizer.SqlStatementCustomizerFactory;
import org.jdbi.v3.sqlobject.customizer.SqlStatementCustomizingAnnotation;
import org.postgresql.PGStatement;

/**
 * PostgreSQL plans the statement for the very arguments it has, each time. For statements whose conditions come and go with
 * their arguments ({@code :status IS NULL OR …}): the plan that PostgreSQL would keep for all of them after a while fits
 * none. Costs a fraction of a millisecond.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@SqlStatementCustomizingAnnotation(PlannedAnew.Factory.class)
public @interface PlannedAnew {

    /** Tells the driver to prepare nothing in the server. */
    final class Factory implements SqlStatementCustomizerFactory {

        @Override
        public SqlStatementCustomizer createForMethod(Annotation annotation, Class<?> sqlObjectType, Method method) {
            return statement -> statement.addCustomizer(new StatementCustomizer() {
                @Override
                public void beforeExecution(PreparedStatement prepared, StatementContext context) throws SQLException {
                    prepared.unwrap(PGStatement.class).setPrepareThreshold(0);
                }
            });
        }
    }
}
