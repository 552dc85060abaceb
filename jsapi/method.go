//go:build js

package jsapi

import (
	"context"

	"github.com/hack-pad/safejs"

	"github.com/xmppreg/xmppreg/ibr"
)

func (m *manager) requestForm(ctx context.Context, options safejs.Value) (any, error) {
	o := reader{value: options}
	service := o.string("service")
	if o.err != nil {
		return nil, o.err
	}
	form, err := m.ibr.RequestForm(ctx, service)
	if err != nil {
		return nil, err
	}
	return m.formValue(form), nil
}

func (m *manager) submit(ctx context.Context, values safejs.Value) (any, error) {
	v, err := readValues(values)
	if err != nil {
		return nil, err
	}
	return m.registered(m.ibr.Submit(ctx, v))
}

func (m *manager) sendForm(ctx context.Context, _ safejs.Value) (any, error) {
	return m.registered(m.ibr.SendForm(ctx))
}

// setFormToSend keeps a form.
func (m *manager) setFormToSend(args []safejs.Value) {
	if v, err := readValues(argument(args, 0)); err == nil {
		m.ibr.SetFormToSend(v)
	}
}

func (m *manager) registered(a *ibr.Account, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return m.accountValue(a), nil
}

func (m *manager) connect(ctx context.Context, options safejs.Value) (any, error) {
	o := reader{value: options}
	login := ibr.Login{JID: o.string("jid"), Password: o.string("password")}
	register := o.bool("registerOnConnect")
	if o.err != nil {
		return nil, o.err
	}
	m.ibr.SetRegisterOnConnect(register)
	return nothing(m.ibr.Connect(ctx, login))
}

func (m *manager) changePassword(ctx context.Context, options safejs.Value) (any, error) {
	o := reader{value: options}
	newPassword, values := o.string("newPassword"), read(&o, "values", readValues)
	if o.err != nil {
		return nil, o.err
	}
	return nothing(m.ibr.ChangePassword(ctx, newPassword, values))
}

func (m *manager) deleteAccount(ctx context.Context, options safejs.Value) (any, error) {
	o := reader{value: options}
	values := read(&o, "values", readValues)
	if o.err != nil {
		return nil, o.err
	}
	return nothing(m.ibr.DeleteAccount(ctx, values))
}

func (m *manager) unregister(ctx context.Context, options safejs.Value) (any, error) {
	o := reader{value: options}
	service := o.string("service")
	if o.err != nil {
		return nil, o.err
	}
	return nothing(m.ibr.Unregister(ctx, service))
}

func (m *manager) verify(ctx context.Context, _ safejs.Value) (any, error) {
	found, err := m.ibr.Verify(ctx)
	if err != nil {
		return nil, err
	}
	return m.verificationValue(found), nil
}

func (m *manager) disconnect(context.Context, safejs.Value) (any, error) {
	m.ibr.Disconnect()
	return nothing(nil)
}

// nothing is the result of an operation that ends without a value.
func nothing(err error) (any, error) {
	return safejs.Undefined(), err
}
