"""Choices that Zoho Books offers in some country editions only."""

from __future__ import annotations

from typing import Literal

GstTreatment = Literal["business_gst", "business_none", "overseas", "consumer"]
VatTreatment = Literal["uk", "eu_vat_registered", "overseas", "eu_vat_not_registered", "non_eu"]
TaxTreatment = Literal[
    "vat_registered",
    "vat_not_registered",
    "gcc_vat_not_registered",
    "gcc_vat_registered",
    "non_gcc",
    "dz_vat_registered",
    "dz_vat_not_registered",
    "home_country_mexico",
    "border_region_mexico",
    "non_mexico",
    "non_kenya",
    "overseas",
]
#: Two values are spelt as Zoho spells them.
TaxRegime = Literal[
    "general_legal_person",
    "legal_entities_non_profit",
    "resident_abroad",
    "production_cooperative_societies",
    "agricultural_livestock",
    "optional_group_of_companies",
    "coordinated",
    "simplified_trust",
    "wages_salaries_income",
    "lease",
    "property_disposal_acquisition",
    "other_income",
    "divident_income",
    "individual_business_professional",
    "interest_income",
    "income_obtaining_price",
    "no_tax_obligation",
    "tax_incorporation",
    "income_through_technology_platform",
]
#: Spelt as Zoho spells them.
CfdiUsage = Literal[
    "acquisition_of_merchandise",
    "return_discount_bonus",
    "general_expense",
    "buildings",
    "furniture_office_equipment",
    "transport_equipment",
    "computer_equipmentdye_molds_tools",
    "telephone_communication",
    "satellite_communication",
    "other_machinery_equipment",
    "hospital_expense",
    "medical_expense_disability",
    "funeral_expense",
    "donation",
    "interest_mortage_loans",
    "contribution_sar",
    "medical_expense_insurance_pormium",
    "school_transportation_expense",
    "deposit_saving_account",
    "payment_educational_service",
    "no_tax_effect",
    "payment",
    "payroll",
]
TaxTreatmentCode = Literal[
    "uae_same_tax_group",
    "uae_reimbursed_expense",
    "uae_others",
    "bahrain_same_tax_group",
    "bahrain_transfer_of_concern",
    "bahrain_disbursement",
    "bahrain_head_to_branch_transaction",
    "bahrain_warranty_repair_services",
    "bahrain_others",
    "ksa_pvt_health",
    "ksa_pvt_edu",
    "ksa_reimbursed_expense",
    "ksa_house_sales",
]
