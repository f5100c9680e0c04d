"""A signed application: one page of PDF, and a detached CMS signature (ETSI.CAdES.detached) by `openssl cms`."""
import subprocess

SIGNATURE_BYTES = 8192


def objects(text):
    content = f"BT /F1 14 Tf 72 760 Td ({text}) Tj ET"
    gap = "[0 0000000000 0000000000 0000000000]"
    return [
        "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [6 0 R] /SigFlags 3 >> >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> /Annots [6 0 R] >>",
        f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        "<< /Type /Annot /Subtype /Widget /FT /Sig /T (podpis) /Rect [0 0 0 0] /F 132 /P 3 0 R /V 7 0 R >>",
        f"<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /ByteRange {gap} /Contents <{'0' * 2 * SIGNATURE_BYTES}> >>",
    ]


def unsigned(text):
    out, offsets = b"%PDF-1.7\n", []
    for number, body in enumerate(objects(text), 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("ascii")
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    tail = f"xref\n0 {len(offsets) + 1}\n0000000000 65535 f \n{table}trailer\n<< /Size {len(offsets) + 1} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
    return out + tail.encode("ascii")


def signed(text, certificate, key):
    """The PDF as bytes. `text` is ASCII without brackets; certificate and key are PEM files."""
    pdf = unsigned(text)
    begin = pdf.index(b"/Contents <") + len(b"/Contents ")
    end = begin + 2 * SIGNATURE_BYTES + 2
    byte_range = f"[0 {begin:010} {end:010} {len(pdf) - end:010}]".encode("ascii")
    pdf = pdf.replace(b"[0 0000000000 0000000000 0000000000]", byte_range)
    signature = subprocess.run(["openssl", "cms", "-sign", "-binary", "-cades", "-md", "sha256", "-outform", "DER", "-signer", certificate,
                                "-inkey", key], input=pdf[:begin] + pdf[end:], capture_output=True, check=True).stdout
    return pdf[:begin + 1] + signature.hex().encode("ascii").ljust(2 * SIGNATURE_BYTES, b"0") + pdf[end - 1:]
