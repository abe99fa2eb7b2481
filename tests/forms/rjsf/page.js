// A page with nothing but react-jsonschema-form as it comes: no widget, template, field or option of its own.
import { createElement } from "react";
import { createRoot } from "react-dom/client";
import Form from "@rjsf/core";
import validator from "@rjsf/validator-ajv8";

let root;

window.showForm = ({ schema, uiSchema, formData }) => {
  if (root) root.unmount();
  window.submitted = null;
  root = createRoot(document.getElementById("form"));
  root.render(
    createElement(Form, {
      schema,
      uiSchema,
      formData,
      validator,
      onSubmit: (state) => {
        window.submitted = state.formData;
      },
    }),
  );
};
