"""WSGI filters of our own: for TLS in front of a server, and in front of authtoken."""


def behind_tls(app):
    """Tells an application that a request came through stunnel, by the peer's address.

    Otherwise its storage URLs, redirects and lists of versions would say http.
    """
    def call(env, start_response):
        if env.get('REMOTE_ADDR') == '127.0.0.2':    # "local" in stunnel.conf
            env['wsgi.url_scheme'] = 'https'
        return app(env, start_response)
    return call


def behind_tls_filter(global_conf, **conf):
    return behind_tls


def authtoken_filter(global_conf, **conf):
    """keystonemiddleware's authtoken, but not for tempauth's tokens.

    It would ask Keystone about those, in vain, at each request.
    """
    from keystonemiddleware import auth_token
    wrap = auth_token.filter_factory(global_conf, **conf)

    def filter_app(app):
        checked = wrap(app)

        def call(env, start_response):
            tempauths = env.get('HTTP_X_AUTH_TOKEN', '').startswith('AUTH_')
            return (app if tempauths else checked)(env, start_response)
        return call
    return filter_app
