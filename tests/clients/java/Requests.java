import esodstvo.eins._1.GetOdprtiPostopkZaDS;
import esodstvo.eins._1.GetOdprtiPostopki;
import esodstvo.eins._1.GetPodatkiOZadevi;
import esodstvo.eins._1.VrstaPostopka;
import esodstvo.eins._1.Zadeva;
import esodstvo.ezk._1.DelStavbe;
import esodstvo.ezk._1.EnakPravniPolozajGov;
import esodstvo.ezk._1.Imetnik;
import esodstvo.ezk._1.IskanjePoImetnikuGov;
import esodstvo.ezk._1.IzpisZaStavbo;
import esodstvo.ezk._1.Nepremicnina;
import esodstvo.ezk._1.Obseg;
import esodstvo.ezk._1.Op1ZaImetnikeGov;
import esodstvo.ezk._1.Parcela;
import esodstvo.ezk._1.PodatkiNepremicnineGov;
import esodstvo.ezk._1.RedniIzpisGov;
import esodstvo.ezk._1.Stavba;
import esodstvo.ezk._1.Zahtevek;
import esodstvo.ezk._1.ZahtevekGov;
import esodstvo.vash._1.PreveriPravice;
import esodstvo.vash_registration._1.Postopek;
import java.util.List;
import java.util.Map;
import javax.xml.datatype.DatatypeConfigurationException;
import javax.xml.datatype.DatatypeFactory;
import javax.xml.datatype.XMLGregorianCalendar;

/** The generated request objects, filled from the parameters of a job. */
final class Requests {
    private final Map<String, Object> parameters;

    Requests(Map<String, Object> parameters) {
        this.parameters = parameters;
    }

    private String text(String name) {
        return (String) parameters.get(name);
    }

    private int number(String name) {
        return (Integer) parameters.get(name);
    }

    @SuppressWarnings("unchecked")
    private <T> List<T> list(String name) {
        return (List<T>) parameters.getOrDefault(name, List.of());
    }

    @SuppressWarnings("unchecked")
    private Requests inner(String name) {
        return parameters.containsKey(name) ? new Requests((Map<String, Object>) parameters.get(name)) : null;
    }

    private List<Requests> inners(String name) {
        return this.<Map<String, Object>>list(name).stream().map(Requests::new).toList();
    }

    private XMLGregorianCalendar date(String name) throws DatatypeConfigurationException {
        return DatatypeFactory.newInstance().newXMLGregorianCalendar(text(name));
    }

    private Parcela parcela() {
        Parcela found = new Parcela();
        found.setKo(number("ko"));
        found.setStevilka(text("stevilka"));
        return found;
    }

    private Stavba stavba() {
        Stavba found = new Stavba();
        found.setKo(number("ko"));
        found.setStevilka(number("stevilka"));
        return found;
    }

    private DelStavbe delStavbe() {
        DelStavbe found = new DelStavbe();
        found.setKo(number("ko"));
        found.setStevilkaStavbe(number("stevilkaStavbe"));
        found.setStevilka(number("stevilka"));
        return found;
    }

    private Nepremicnina nepremicnina() {
        Nepremicnina found = new Nepremicnina();
        if (inner("parcela") != null) {
            found.setParcela(inner("parcela").parcela());
        } else if (inner("stavba") != null) {
            found.setStavba(inner("stavba").stavba());
        } else {
            found.setDelStavbe(inner("delStavbe").delStavbe());
        }
        return found;
    }

    private Imetnik imetnik() {
        Imetnik found = new Imetnik();
        found.setEmso(text("emso"));
        found.setMaticna(text("maticna"));
        return found;
    }

    private Zadeva zadeva() {
        Zadeva found = new Zadeva();
        found.setSodisce(text("sodisce"));
        found.setVpisnik(text("vpisnik"));
        found.setStevilka(number("stevilka"));
        found.setLeto(number("leto"));
        return found;
    }

    Zahtevek zahtevek() {
        Zahtevek request = new Zahtevek();
        request.setNamen(text("namen"));
        return request;
    }

    RedniIzpisGov redniIzpisGov() {
        RedniIzpisGov request = new RedniIzpisGov();
        inners("nepremicnina").forEach(one -> request.getNepremicnina().add(one.nepremicnina()));
        request.setNamen(text("namen"));
        return request;
    }

    IskanjePoImetnikuGov iskanjePoImetnikuGov() {
        IskanjePoImetnikuGov request = new IskanjePoImetnikuGov();
        request.setEmso(text("emso"));
        request.setNamen(text("namen"));
        return request;
    }

    PodatkiNepremicnineGov podatkiNepremicnineGov() {
        PodatkiNepremicnineGov request = new PodatkiNepremicnineGov();
        inners("nepremicnina").forEach(one -> request.getNepremicnina().add(one.nepremicnina()));
        request.setNamen(text("namen"));
        return request;
    }

    EnakPravniPolozajGov enakPravniPolozajGov() {
        EnakPravniPolozajGov request = new EnakPravniPolozajGov();
        inners("nepremicnina").forEach(one -> request.getNepremicnina().add(one.nepremicnina()));
        return request;
    }

    ZahtevekGov zahtevekGov() {
        ZahtevekGov request = new ZahtevekGov();
        request.getKo().addAll(this.<Integer>list("ko"));
        request.setNamen(text("namen"));
        return request;
    }

    Op1ZaImetnikeGov op1ZaImetnikeGov() {
        Op1ZaImetnikeGov request = new Op1ZaImetnikeGov();
        inners("imetnik").forEach(one -> request.getImetnik().add(one.imetnik()));
        request.setObseg(Obseg.fromValue(text("obseg")));
        return request;
    }

    IzpisZaStavbo izpisZaStavbo() {
        IzpisZaStavbo request = new IzpisZaStavbo();
        inners("stavba").forEach(one -> request.getStavba().add(one.stavba()));
        return request;
    }

    GetOdprtiPostopki getOdprtiPostopki() throws DatatypeConfigurationException {
        GetOdprtiPostopki request = new GetOdprtiPostopki();
        request.setOdDatuma(date("odDatuma"));
        request.setDoDatuma(date("doDatuma"));
        this.<String>list("vrsta").forEach(kind -> request.getVrsta().add(VrstaPostopka.fromValue(kind)));
        return request;
    }

    GetPodatkiOZadevi getPodatkiOZadevi() {
        GetPodatkiOZadevi request = new GetPodatkiOZadevi();
        inners("zadeva").forEach(one -> request.getZadeva().add(one.zadeva()));
        return request;
    }

    GetOdprtiPostopkZaDS getOdprtiPostopkZaDS() {
        GetOdprtiPostopkZaDS request = new GetOdprtiPostopkZaDS();
        request.setDavcna(text("davcna"));
        return request;
    }

    PreveriPravice preveriPravice() {
        PreveriPravice request = new PreveriPravice();
        request.getSkupina().addAll(this.<String>list("skupina"));
        return request;
    }

    Postopek postopek() {
        Postopek request = new Postopek();
        request.setPostopek(text("postopek"));
        return request;
    }
}
