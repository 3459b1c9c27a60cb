package ai.september.bap.registry.erasure;

import ai.september.bap.registry.id.ProductId;
import ai.september.bap.registry.id.UserId;
import java.time.Duration;
import java.util.Optional;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/**
 * Statements on erasures, one a method. Those that look for rows go by a range of names that holds one name: only the index
 * that begins with product and name has the order asked for. By {@code user_id = …} PostgreSQL would go through the whole
 * table in the order of another index, where it takes the name for a common one.
 */
public interface ErasureDao {

    String COLUMNS = """
            product_id, user_id, token, asked_at, after_id, asked_at + :late <= statement_timestamp() AS late_over
            """;

    /** Begins; or begins again, with the token of before, where it is under way. Waits for a batch of the same erasure. */
    @SqlQuery("""
            INSERT INTO erasures (product_id, user_id, token, asked_at, due_at)
            VALUES (:productId, :userId, :token, statement_timestamp(), statement_timestamp())
            ON CONFLICT (product_id, user_id) DO UPDATE
                SET asked_at = excluded.asked_at, due_at = excluded.due_at, after_id = 0
            RETURNING
            """ + COLUMNS)
    Erasure ask(ProductId productId, UserId userId, String token, Duration late);

    /** The one that has been due for longest, for the transaction alone. */
    @SqlQuery("SELECT " + COLUMNS + """
            FROM erasures WHERE due_at <= statement_timestamp()
            ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED
            """)
    Optional<Erasure> claim(Duration late);

    /** How many rows a batch of the audit log had, and the last of them. */
    record AuditBatch(int rows, long lastId) {}

    @SqlQuery("""
            WITH next AS (
                SELECT id FROM audit_log
                WHERE product_id = :e.productId
                  AND (user_id, id) > (:e.userId, :e.afterId) AND user_id <= :e.userId
                  AND (timestamp <= :e.askedAt OR (action = 'admit_denied' AND timestamp <= :e.askedAt + :late))
                ORDER BY user_id, id LIMIT :limit FOR UPDATE),
            erased AS (UPDATE audit_log a SET user_id = :e.token FROM next WHERE a.id = next.id)
            SELECT count(*) AS rows, coalesce(max(id), :e.afterId) AS last_id FROM next
            """)
    AuditBatch eraseAudit(@BindMethods("e") Erasure erasure, Duration late, int limit);

    /**
     * Erases in operations, and forgets what they were asked for with: a provision's key has a hash of the name, from which
     * it can be guessed.
     */
    @SqlQuery("""
            WITH next AS (
                SELECT operation_id FROM operations
                WHERE product_id = :e.productId AND user_id BETWEEN :e.userId AND :e.userId AND created_at <= :e.askedAt
                ORDER BY user_id, created_at LIMIT :limit FOR UPDATE),
            forgotten AS (DELETE FROM idempotency_keys i USING next WHERE i.operation_id = next.operation_id),
            erased AS (UPDATE operations o SET user_id = :e.token FROM next WHERE o.operation_id = next.operation_id)
            SELECT count(*) FROM next
            """)
    int eraseOperations(@BindMethods("e") Erasure erasure, int limit);

    /** Forgets what a user's path was asked. */
    @SqlUpdate("DELETE FROM idempotency_keys WHERE product_id = :productId AND user_id = :userId")
    void forgetKeys(ProductId productId, UserId userId);

    /** Has the pass go on; others have their turn before. */
    @SqlUpdate("""
            UPDATE erasures SET after_id = :afterId, due_at = clock_timestamp()
            WHERE product_id = :productId AND user_id = :userId
            """)
    void goOn(ProductId productId, UserId userId, long afterId);

    /** Has another pass begin once nothing comes late any more. */
    @SqlUpdate("""
            UPDATE erasures SET after_id = 0, due_at = greatest(asked_at + :late, clock_timestamp())
            WHERE product_id = :productId AND user_id = :userId
            """)
    void passAgain(ProductId productId, UserId userId, Duration late);

    @SqlUpdate("DELETE FROM erasures WHERE product_id = :productId AND user_id = :userId")
    void end(ProductId productId, UserId userId);
}
