import esodstvo.eins._1.*;
import esodstvo.ezk._1.*;
import esodstvo.vash_registration._1.Datoteka;
import esodstvo.vash_registration._1.Postopek;
import esodstvo.vash_registration._1.PostopekPortType;
import esodstvo.vash_registration._1.PostopekService;
import esodstvo.vash_registration._1.Stran;
import esodstvo.vash_registration._1.Vrednost;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;

/** JAX-WS: calls through classes generated from the files. Usage: Client BASE_URL */
public class Client {
    private static final String EZK = "/spletne-storitve/pravna-podrocja/ezk/";

    private static void attempt(String name, Callable<Boolean> action) {
        String why = "";
        try {
            why = action.call() ? "" : ": wrong answer";
        } catch (Exception error) {
            why = ": " + error;
        }
        System.out.println((why.isEmpty() ? "ok" : "not ok") + " - jaxws " + name + why);
    }

    private static boolean isZip(esodstvo.ezk._1.ZipOdgovor answer) throws Exception {
        try (InputStream in = answer.getZip().getInputStream()) {
            return answer.getIme().equals("odgovor-podatki.zip") && in.read() == 'P' && in.read() == 'K';
        }
    }

    private static boolean callsOp1(String base) throws Exception {
        Imetnik person = new Imetnik();
        person.setEmso("1211981500126");
        Imetnik firm = new Imetnik();
        firm.setMaticna("5491711000");
        Op1ZaImetnikeGov request = new Op1ZaImetnikeGov();
        request.getImetnik().add(person);
        request.getImetnik().add(firm);
        request.setObseg(Obseg.OP_1_PT_1);
        URL wsdl = new URL(base + EZK + "gov/zasciteni-izpisi/op1-za-imetnike?wsdl");
        return isZip(new Op1ZaImetnikeGovService(wsdl).getOp1ZaImetnikeGovSoap11().op1ZaImetnikeGov(request));
    }

    private static boolean callsForOneself(String base, String purpose) throws Exception {
        Zahtevek request = new Zahtevek();
        request.setNamen(purpose);
        URL wsdl = new URL(base + EZK + "public/zasciteni-izpisi/iskanje-po-imetniku-osnovnih-pravnih-polozajev-za-uporabnika?wsdl");
        return isZip(new Op1ZaUporabnikaService(wsdl).getOp1ZaUporabnikaSoap11().op1ZaUporabnika(request));
    }

    private static GetOdprtiPostopkZaDSPortType insolvency(String base) throws Exception {
        URL wsdl = new URL(base + "/spletne-storitve/pravna-podrocja/eins/paketni-podatki/odprti-postopek-za-ds?wsdl");
        return new GetOdprtiPostopkZaDSService(wsdl).getGetOdprtiPostopkZaDSSoap11();
    }

    private static GetOdprtiPostopkZaDS about(String davcna) {
        GetOdprtiPostopkZaDS request = new GetOdprtiPostopkZaDS();
        request.setDavcna(davcna);
        return request;
    }

    private static boolean readsTheFault(String base) throws Exception {
        try {
            insolvency(base).getOdprtiPostopkZaDS(about("25028022"));
            return false;
        } catch (esodstvo.eins._1.NapakaFault fault) {
            return fault.getFaultInfo().getKoda().equals("VG000");
        }
    }

    private static Vrednost value(String text) {
        Vrednost found = new Vrednost();
        found.setIme("record");
        found.setBesedilo(text);
        return found;
    }

    private static Postopek step() {
        Datoteka file = new Datoteka();
        file.setIme("vloga.pdf");
        file.setVsebina("%PDF-1.7".getBytes(StandardCharsets.US_ASCII));
        Postopek request = new Postopek();
        request.setZapis(7L);
        request.setZadeva(900000000000000001L);
        request.setRazlicica(1L);
        request.setGumb("confirm");
        request.getVrednost().add(value("7"));
        request.getVrednost().add(value("8"));
        request.setDatoteka(file);
        return request;
    }

    private static boolean takesAStep(String base) throws Exception {
        PostopekPortType port = new PostopekService(new URL(base + "/spletne-storitve/vash/postopki?wsdl")).getPostopekSoap11();
        Stran page = port.postopek(step());
        return page.getZadeva() == 900000000000000001L && page.getKorak().equals("vs207-05") && page.getSl().equals("Vloga čšž")
            && page.getIzbira().get(0).getMoznost().get(0).isIzbrano()
            && new String(page.getDatoteka().getVsebina(), StandardCharsets.US_ASCII).equals("%PDF-1.7");
    }

    public static void main(String[] args) {
        String base = args[0];
        attempt("ezk-1008.wsdl call Soap11", () -> callsOp1(base));
        attempt("ezk-1101.wsdl call Soap11", () -> callsForOneself(base, null));
        attempt("ezk-1101.wsdl MTOM Soap11", () -> callsForOneself(base, "MTOM_PROBA"));
        attempt("eins-1203.wsdl call Soap11",
            () -> insolvency(base).getOdprtiPostopkZaDS(about("50223054")).getOdgovor() == DaNe.DA);
        attempt("eins-1203.wsdl fault Soap11", () -> readsTheFault(base));
        attempt("vash-registration.wsdl call Soap11", () -> takesAStep(base));
    }
}
