"""How a name in Zoho's spelling reads to a person: ``gst_no`` is "GST no.", ``is_tds_registered`` "TDS registered"."""

from __future__ import annotations

from typing import Final

#: Words that are not written as they stand in a name.
WORDS: Final[dict[str, str]] = {
    "1099": "1099",
    "ach": "ACH",
    "api": "API",
    "avatax": "AvaTax",
    "bcy": "base currency",
    "cfdi": "CFDI",
    "creditnote": "credit note",
    "crm": "CRM",
    "customfield": "custom field",
    "divident": "dividend",
    "dz": "DZ",
    "equipmentdye": "equipment, dye,",
    "eu": "EU",
    "gcc": "GCC",
    "gst": "GST",
    "hsn": "HSN",
    "id": "ID",
    "ids": "IDs",
    "ksa": "KSA",
    "mortage": "mortgage",
    "no": "no.",
    "paymentthankyou": "payment thank-you",
    "paypal": "PayPal",
    "pormium": "premium",
    "pricebook": "price book",
    "purchaseorder": "purchase order",
    "reg": "registration",
    "retainerinvoice": "retainer invoice",
    "sac": "SAC",
    "salesorder": "sales order",
    "salesperson": "salesperson",
    "sar": "SAR",
    "sat": "SAT",
    "sku": "SKU",
    "sms": "SMS",
    "street2": "street 2",
    "tds": "TDS",
    "uae": "UAE",
    "uk": "UK",
    "unitkey": "unit key",
    "url": "URL",
    "vat": "VAT",
    "whatsapp": "WhatsApp",
    "zcrm": "CRM",
    "zip": "ZIP code",
}

#: Choices whose title is no reading of their letters.
TITLES: Final[dict[str, str]] = {
    "2checkout": "2Checkout",
    "authorize_net": "Authorize.Net",
    "business_none": "Business, not GST registered",
    "business_gst": "Business, GST registered",
    "de": "German",
    "dz_vat_not_registered": "Designated zone, not VAT registered",
    "dz_vat_registered": "Designated zone, VAT registered",
    "en": "English",
    "en_gb": "English (United Kingdom)",
    "entity_level": "On the whole document",
    "es": "Spanish",
    "eu_vat_not_registered": "EU, not VAT registered",
    "eu_vat_registered": "EU, VAT registered",
    "fr": "French",
    "gcc_vat_not_registered": "GCC, not VAT registered",
    "gcc_vat_registered": "GCC, VAT registered",
    "it": "Italian",
    "item_level": "On each line",
    "ja": "Japanese",
    "nl": "Dutch",
    "no_tax_effect": "No tax effect",
    "no_tax_obligation": "No tax obligation",
    "non_eu": "Outside the EU",
    "non_gcc": "Outside the GCC",
    "non_kenya": "Outside Kenya",
    "non_mexico": "Outside Mexico",
    "payflow_pro": "Payflow Pro",
    "pt": "Portuguese",
    "pt_br": "Portuguese (Brazil)",
    "sv": "Swedish",
    "vat_not_registered": "Not VAT registered",
    "vat_registered": "VAT registered",
    "zh": "Chinese",
}


def title(name: str) -> str:
    """Return the title of a field, a choice or a model."""
    if name in TITLES:
        return TITLES[name]
    text = " ".join(WORDS.get(word, word) for word in name.removeprefix("is_").split("_"))
    return text[:1].upper() + text[1:]
