package ai.september.bap.testing.temporal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** A certificate authority of one test, by the JDK's keytool. What it issues are PEM files beside each other in a folder. */
public final class Authority {

    private static final String PASSWORD = "changeit";
    private static final Base64.Encoder PEM = Base64.getMimeEncoder(64, new byte[] {'\n'});

    private final Path folder;
    private final String name;
    private final Path store;

    /** A certificate and its key, unencrypted PKCS#8. */
    public record Issued(Path certificate, Path key) {}

    /** A new authority, with its files in {@code folder}. */
    public static Authority in(Path folder, String name) throws Exception {
        Authority authority = new Authority(folder, name);
        authority.keytool("-genkeypair", "-alias", "ca", "-dname", "CN=" + name, "-ext", "bc:c");
        return authority;
    }

    private Authority(Path folder, String name) {
        this.folder = folder;
        this.name = name;
        this.store = folder.resolve(name + ".p12");
    }

    /** The certificate to trust. */
    public Path certificate() throws Exception {
        return issued("ca").certificate();
    }

    /** A server's certificate for these names, as keytool has them: {@code dns:temporal.example,ip:127.0.0.1}. */
    public Issued server(String alias, String names) throws Exception {
        return issue(alias, "-ext", "san=" + names);
    }

    /** A client's certificate. */
    public Issued client(String alias) throws Exception {
        return issue(alias);
    }

    private Issued issue(String alias, String... extensions) throws Exception {
        List<String> arguments =
                new ArrayList<>(List.of("-genkeypair", "-alias", alias, "-dname", "CN=" + alias, "-signer", "ca"));
        arguments.addAll(List.of(extensions));
        keytool(arguments.toArray(String[]::new));
        return issued(alias);
    }

    private void keytool(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments));
        command.addAll(List.of("-keystore", store.toString(), "-storepass", PASSWORD));
        command.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1", "-validity", "2"));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException("keytool: " + said);
        }
    }

    private Issued issued(String alias) throws IOException, GeneralSecurityException {
        KeyStore issued = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            issued.load(in, PASSWORD.toCharArray());
        }
        StringBuilder chain = new StringBuilder();
        for (Certificate certificate : issued.getCertificateChain(alias)) {
            chain.append(pem("CERTIFICATE", certificate.getEncoded()));
        }
        Key key = issued.getKey(alias, PASSWORD.toCharArray());
        return new Issued(
                Files.writeString(folder.resolve(name + "-" + alias + ".pem"), chain),
                Files.writeString(folder.resolve(name + "-" + alias + ".key"), pem("PRIVATE KEY", key.getEncoded())));
    }

    private static String pem(String what, byte[] content) {
        return "-----BEGIN " + what + "-----\n" + PEM.encodeToString(content) + "\n-----END " + what + "-----\n";
    }
}
