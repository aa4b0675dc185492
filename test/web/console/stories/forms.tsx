/** Tells the stories of fields and forms: filled in, with a hint, and refused. */

import { Refusal } from '../../../../src/web/console/api.ts';
import { AreaField } from '../../../../src/web/console/parts/forms/area-field.tsx';
import { CheckField, SelectField, TextField } from '../../../../src/web/console/parts/forms/field.tsx';
import { Form } from '../../../../src/web/console/parts/forms/form.tsx';
import { OwnPassword } from '../../../../src/web/console/parts/forms/own-password.tsx';
import { SearchField } from '../../../../src/web/console/parts/forms/search-field.tsx';
import { NOTHING, type Stories } from './story.ts';

const HINT = 'As it stands on the back of the camera.';
const FAULT = 'This is no RTSP address.';

async function refuse(): Promise<never> {
  throw new Refusal('unavailable', 'The store cannot be written.');
}

export const FORMS: Stories = {
  field: () => (
    <div class="form">
      <TextField label="Name" value="Front door" onInput={NOTHING} />
      <TextField label="Address" hint={HINT} fault={FAULT} value="http://camera" onInput={NOTHING} />
      <SelectField
        label="Expected"
        value="always"
        onChange={NOTHING}
        options={[
          ['always', 'Always up'],
          ['on-demand', 'Up when somebody watches'],
        ]}
      />
      <CheckField label="Keep it up" hint="It is started whether or not somebody watches." checked onChange={NOTHING} />
    </div>
  ),
  'area-field': () => (
    <AreaField
      label="Payload"
      hint="JSON"
      fault="The bracket is not closed."
      value={'{\n  "name": "Door"'}
      onInput={NOTHING}
    />
  ),
  'search-field': () => <SearchField label="Search accounts" />,
  form: () => (
    <Form submit="Save" onSubmit={refuse} onCancel={NOTHING}>
      {() => <TextField label="Room" value="Porch" onInput={NOTHING} />}
    </Form>
  ),
  'own-password': () => <OwnPassword hint="Twelve letters at least." submit="Change password" />,
};
