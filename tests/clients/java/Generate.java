import com.sun.tools.ws.WsImport;

/**
 * wsimport over many contracts in one virtual machine, each read from its URL.
 * Usage: java -Djavax.net.ssl... -cp jaxws-tools.jar Generate.java SOURCE_FOLDER URL...
 */
public class Generate {
    public static void main(String[] args) throws Throwable {
        for (int i = 1; i < args.length; i++) {
            int status = WsImport.doMain(new String[] {"-Xnocompile", "-keep", "-s", args[0], args[i]});
            if (status != 0) {
                System.err.println("wsimport failed: " + args[i]);
                System.exit(1);
            }
        }
    }
}
