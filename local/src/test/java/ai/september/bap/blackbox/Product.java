package ai.september.bap.blackbox;

/** A registered product, with a client that carries its key. */
public record Product(String productId, String slug, String platformKey, Client client) {

    /** Gives a user an engine, and its object. */
    public Client.Reply provision(String userId) {
        client.post("/engines/provision", Client.json("user_id", userId)).isOk();
        return client.get(path(userId)).isOk();
    }

    /** Where a user's engine is. */
    public static String path(String userId) {
        return "/engines/" + Client.segment(userId);
    }

    public Client.Reply get(String userId) {
        return client.get(path(userId));
    }

    public Client.Reply admit(String userId) {
        return client.post(path(userId) + "/admit");
    }

    public Client.Reply admit(String userId, String body) {
        return client.post(path(userId) + "/admit", body);
    }

    public Client.Reply post(String userId, String verb) {
        return client.post(path(userId) + "/" + verb);
    }

    public Client.Reply destroy(String userId) {
        return client.delete(path(userId));
    }

    /** The same product, which does not wait for operations. */
    public Product async() {
        return new Product(productId, slug, platformKey, client.with("Prefer", "respond-async"));
    }

    @Override
    public String toString() {
        return "Product[" + slug + "]";
    }
}
