import esodstvo.eins._1.*;
import esodstvo.ezk._1.*;
import esodstvo.vash._1.PreveriPraviceOdgovor;
import esodstvo.vash._1.PreveriPraviceService;
import esodstvo.vash_registration._1.Moznost;
import esodstvo.vash_registration._1.PostopekService;
import esodstvo.vash_registration._1.Stran;
import esodstvo.vashgate._1.Napaka;
import java.io.ByteArrayInputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import javax.activation.DataHandler;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import javax.xml.ws.BindingProvider;
import javax.xml.ws.WebServiceFeature;
import javax.xml.ws.handler.MessageContext;
import javax.xml.ws.soap.MTOMFeature;

/** JAX-WS RI as a foreign client of the gateway. Usage: Caller JOB_FILE; one JSON line a call (../README.md has the fields). */
public class Caller {
    private static final String SOCKET_FACTORY = "com.sun.xml.ws.transport.https.client.SSLSocketFactory";

    private final Map<String, Object> job;
    private final Map<String, SSLSocketFactory> factories = new HashMap<>();
    private BindingProvider last;

    private Caller(Map<String, Object> job) {
        this.job = job;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object value) {
        return (Map<String, Object>) value;
    }

    @SuppressWarnings("unchecked")
    private static List<Object> list(Object value) {
        return (List<Object>) value;
    }

    private static KeyStore store(String file, char[] password) throws Exception {
        KeyStore found = KeyStore.getInstance("PKCS12");
        try (InputStream in = new FileInputStream(file)) {
            found.load(in, password);
        }
        return found;
    }

    /** Connections of a certificate other than the virtual machine's own, which the system properties name. */
    private SSLSocketFactory factory(String certificate) throws Exception {
        if (!factories.containsKey(certificate)) {
            char[] password = job.get("password").toString().toCharArray();
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store(map(map(job.get("certificates")).get(certificate)).get("p12").toString(), password), password);
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store(job.get("truststore").toString(), password));
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            factories.put(certificate, context.getSocketFactory());
        }
        return factories.get(certificate);
    }

    /** Makes a port ready for a call: another certificate where that is wanted. The address is the one in the served WSDL. */
    private <T> T ready(T port, Map<String, Object> call) throws Exception {
        last = (BindingProvider) port;
        if (!call.get("certificate").equals(job.get("main"))) {
            last.getRequestContext().put(SOCKET_FACTORY, factory(call.get("certificate").toString()));
        }
        return port;
    }

    /** Calls the operation; its decoded answer. */
    private Object answer(Map<String, Object> call) throws Exception {
        URL wsdl = new URL(call.get("url") + "?wsdl");
        Requests in = new Requests(map(call.get("parameters")));
        WebServiceFeature[] xop = call.get("form").equals("XOP") ? new WebServiceFeature[] {new MTOMFeature()} : new WebServiceFeature[0];
        switch (call.get("operation").toString()) {
            case "SifrantiPodatkiRedniIzpis":
                return ready(new SifrantiPodatkiRedniIzpisService(wsdl).getSifrantiPodatkiRedniIzpisSoap11(xop), call)
                    .sifrantiPodatkiRedniIzpis(in.zahtevek());
            case "RedniIzpisGov":
                return ready(new RedniIzpisGovService(wsdl).getRedniIzpisGovSoap11(xop), call).redniIzpisGov(in.redniIzpisGov());
            case "RedniIzpisPdfGov":
                return ready(new RedniIzpisPdfGovService(wsdl).getRedniIzpisPdfGovSoap11(xop), call).redniIzpisPdfGov(in.redniIzpisGov());
            case "IskanjePoImetnikuGov":
                return ready(new IskanjePoImetnikuGovService(wsdl).getIskanjePoImetnikuGovSoap11(xop), call)
                    .iskanjePoImetnikuGov(in.iskanjePoImetnikuGov());
            case "LastnistvoNepremicnineGov":
                return ready(new LastnistvoNepremicnineGovService(wsdl).getLastnistvoNepremicnineGovSoap11(xop), call)
                    .lastnistvoNepremicnineGov(in.podatkiNepremicnineGov());
            case "ObstojNepremicnineGov":
                return ready(new ObstojNepremicnineGovService(wsdl).getObstojNepremicnineGovSoap11(xop), call)
                    .obstojNepremicnineGov(in.podatkiNepremicnineGov());
            case "EnakPravniPolozajGov":
                return ready(new EnakPravniPolozajGovService(wsdl).getEnakPravniPolozajGovSoap11(xop), call)
                    .enakPravniPolozajGov(in.enakPravniPolozajGov());
            case "LastnistvoRepublikaSlovenijaGov":
                return ready(new LastnistvoRepublikaSlovenijaGovService(wsdl).getLastnistvoRepublikaSlovenijaGovSoap11(xop), call)
                    .lastnistvoRepublikaSlovenijaGov(in.zahtevekGov());
            case "Op1ZaImetnikeGov":
                return ready(new Op1ZaImetnikeGovService(wsdl).getOp1ZaImetnikeGovSoap11(xop), call)
                    .op1ZaImetnikeGov(in.op1ZaImetnikeGov());
            case "Op1ZaUporabnika":
                return ready(new Op1ZaUporabnikaService(wsdl).getOp1ZaUporabnikaSoap11(xop), call).op1ZaUporabnika(in.zahtevek());
            case "Pt1ZaUporabnika":
                return ready(new Pt1ZaUporabnikaService(wsdl).getPt1ZaUporabnikaSoap11(xop), call).pt1ZaUporabnika(in.zahtevek());
            case "IzpisZaStavbo":
                return ready(new IzpisZaStavboService(wsdl).getIzpisZaStavboSoap11(xop), call).izpisZaStavbo(in.izpisZaStavbo());
            case "GetOdprtiPostopki":
                return ready(new GetOdprtiPostopkiService(wsdl).getGetOdprtiPostopkiSoap11(xop), call)
                    .getOdprtiPostopki(in.getOdprtiPostopki());
            case "GetPodatkiOZadevi":
                return ready(new GetPodatkiOZadeviService(wsdl).getGetPodatkiOZadeviSoap11(xop), call)
                    .getPodatkiOZadevi(in.getPodatkiOZadevi());
            case "GetOdprtiPostopkZaDS":
                return ready(new GetOdprtiPostopkZaDSService(wsdl).getGetOdprtiPostopkZaDSSoap11(xop), call)
                    .getOdprtiPostopkZaDS(in.getOdprtiPostopkZaDS());
            case "PreveriPravice":
                return ready(new PreveriPraviceService(wsdl).getPreveriPraviceSoap11(xop), call).preveriPravice(in.preveriPravice());
            case "Postopek":
                return ready(new PostopekService(wsdl).getPostopekSoap11(xop), call).postopek(in.postopek());
            default:
                throw new IllegalArgumentException("unknown operation");
        }
    }

    private static byte[] bytes(DataHandler zip) throws IOException {
        try (InputStream in = zip.getInputStream()) {
            return in.readAllBytes();
        }
    }

    private static void putZip(Map<String, Object> line, String name, DataHandler handler) throws Exception {
        byte[] zip = bytes(handler);
        List<Object> entries = new ArrayList<>();
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                entries.add(entry.getName());
            }
        }
        line.put("ime", name);
        line.put("sha256", HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(zip)));
        line.put("entries", entries);
    }

    private static void putPage(Map<String, Object> line, Stran page) {
        Map<String, Object> found = new LinkedHashMap<>();
        found.put("konec", page.getKonec());
        found.put("korak", page.getKorak());
        found.put("options", page.getIzbira().stream().flatMap(choice -> choice.getMoznost().stream()).map(Moznost::getSl).toList());
        line.put("page", found);
    }

    private static void putAnswer(Map<String, Object> line, Object answer) throws Exception {
        if (answer instanceof esodstvo.ezk._1.ZipOdgovor) {
            esodstvo.ezk._1.ZipOdgovor found = (esodstvo.ezk._1.ZipOdgovor) answer;
            putZip(line, found.getIme(), found.getZip());
        } else if (answer instanceof esodstvo.eins._1.ZipOdgovor) {
            esodstvo.eins._1.ZipOdgovor found = (esodstvo.eins._1.ZipOdgovor) answer;
            putZip(line, found.getIme(), found.getZip());
        } else if (answer instanceof DaNeOdgovor) {
            line.put("answer", ((DaNeOdgovor) answer).getOdgovor().value());
        } else if (answer instanceof Stran) {
            putPage(line, (Stran) answer);
        } else {
            line.put("rights", ((PreveriPraviceOdgovor) answer).getPravica().size());
        }
    }

    /** Each package has its own NapakaFault around the same Napaka. */
    private static Napaka detailOf(Exception error) {
        if (error instanceof esodstvo.ezk._1.NapakaFault) {
            return ((esodstvo.ezk._1.NapakaFault) error).getFaultInfo();
        }
        if (error instanceof esodstvo.eins._1.NapakaFault) {
            return ((esodstvo.eins._1.NapakaFault) error).getFaultInfo();
        }
        if (error instanceof esodstvo.vash_registration._1.NapakaFault) {
            return ((esodstvo.vash_registration._1.NapakaFault) error).getFaultInfo();
        }
        return error instanceof esodstvo.vash._1.NapakaFault ? ((esodstvo.vash._1.NapakaFault) error).getFaultInfo() : null;
    }

    private static void putError(Map<String, Object> line, Exception error) {
        Napaka detail = detailOf(error);
        if (detail == null) {
            line.put("error", error.toString());
            return;
        }
        Map<String, Object> fault = new LinkedHashMap<>();
        fault.put("text", error.getMessage());
        fault.put("koda", detail.getKoda());
        fault.put("sl", detail.getSl());
        fault.put("en", detail.getEn());
        fault.put("remedy", detail.getRemedy());
        fault.put("id", detail.getId());
        line.put("fault", fault);
    }

    @SuppressWarnings("unchecked")
    private void putHead(Map<String, Object> line) {
        Map<String, Object> context = last == null ? null : last.getResponseContext();
        if (context == null || context.get(MessageContext.HTTP_RESPONSE_CODE) == null) {
            return;
        }
        line.put("http", context.get(MessageContext.HTTP_RESPONSE_CODE));
        ((Map<String, List<String>>) context.get(MessageContext.HTTP_RESPONSE_HEADERS)).forEach((name, values) -> {
            if ("content-type".equalsIgnoreCase(name)) {
                line.put("type", values.get(0));
            }
        });
    }

    private Map<String, Object> runCall(Map<String, Object> call) {
        Map<String, Object> line = new LinkedHashMap<>();
        for (String key : List.of("id", "operation", "form", "soap")) {
            line.put(key, call.get(key));
        }
        last = null;
        try {
            putAnswer(line, answer(call));
        } catch (Exception error) {
            putError(line, error);
        }
        putHead(line);
        return line;
    }

    /** Streams more than the gateway will take, with Java's own connection, and reads the refusal. */
    private Map<String, Object> runBulk(Map<String, Object> bulk) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("id", bulk.get("id"));
        try {
            byte[] piece = " ".repeat(10000).getBytes(StandardCharsets.US_ASCII);
            int size = (Integer) bulk.get("bytes");
            HttpsURLConnection connection = (HttpsURLConnection) new URL(bulk.get("url").toString()).openConnection();
            connection.setSSLSocketFactory(factory(bulk.get("certificate").toString()));
            connection.setRequestMethod("POST");
            connection.setRequestProperty("Content-Type", "text/xml; charset=utf-8");
            connection.setRequestProperty("SOAPAction", "\"" + bulk.get("action") + "\"");
            connection.setDoOutput(true);
            connection.setFixedLengthStreamingMode(size);
            try (OutputStream out = connection.getOutputStream()) {
                for (int sent = 0; sent < size; sent += piece.length) {
                    out.write(piece, 0, Math.min(piece.length, size - sent));
                }
            }
            line.put("http", connection.getResponseCode());
            line.put("code", connection.getHeaderField("X-Vashgate-Code"));
            line.put("length", connection.getContentLength());
            try (InputStream in = connection.getErrorStream()) {
                byte[] body = in.readAllBytes();
                line.put("got", body.length);
                line.put("body", new String(body, StandardCharsets.UTF_8));
            }
        } catch (Exception error) {
            line.put("error", error.toString());
        }
        return line;
    }

    public static void main(String[] args) throws Exception {
        Caller caller = new Caller(map(Json.read(Files.readString(Path.of(args[0])))));
        for (Object call : list(caller.job.get("calls"))) {
            System.out.println(Json.write(caller.runCall(map(call))));
        }
        for (Object bulk : list(caller.job.get("bulk"))) {
            System.out.println(Json.write(caller.runBulk(map(bulk))));
        }
    }
}
