### Les messages sans code : ce qui a changé, et qui est peut-être à la porte.
###
### Un SMS tient sur une ligne, au plus 120 caractères avec un nom de site de 18, dans l’alphabet GSM, sans lien.
### Un e-mail dit ce qui s’est passé, quand, et que faire ; le programme ajoute le seul lien.

notice-by-channel = { $channel ->
    [email] par e-mail
    [sms] par SMS
   *[voice] par appel
}
notice-when = Cela s’est passé le { $at }.
notice-advice = Si c’était vous, vous n’avez rien à faire. Si ce n’était pas vous, dites-le ici : tout ce qui est ouvert sur votre compte prend fin aussitôt, et il faut un nouveau mot de passe.
notice-advice-contact = Si c’était vous, vous n’avez rien à faire. Si ce n’était pas vous, prévenez tout de suite : { $contact }.
notice-not-me = Ce n’était pas moi
notice-not-me-code = Ce n’est pas vous ? Cette page met fin à cette connexion et à tout ce qui est ouvert sur votre compte :
notice-help = Des questions ? Adressez-vous à : { $contact }.
notice-alarm-factor-disabled-next = Voyez avec la personne, autrement que par e-mail, si c’était elle. « countersign account reset-second-factor » remet à neuf le second facteur.
notice-alarm-lockout-next = Le compte revient de lui-même après chaque suspension, et ses navigateurs de confiance ne sont pas touchés. Le journal d’audit nomme les adresses d’où viennent les essais.
notice-alarm-not-me-next = Voyez avec la personne ce qui s’est passé. Le journal d’audit montre ce qui a été fait du compte auparavant.
notice-login-paused-next = Si ce n’était pas vous, quelqu’un essaie de deviner. Un mot de passe qui ne sert nulle part ailleurs reste sûr ; dans le doute, changez-le.
notice-not-me-confirmed-next = Choisissez un nouveau mot de passe sur la page de connexion avec « Mot de passe oublié ? », ou adressez-vous à : { $contact }. Ne reprenez l’ancien nulle part.
notice-password-elsewhere-next = Changez-le là où vous ouvrez votre session d’ordinateur, ou demandez à { $contact }. Si vous ne l’avez pas demandé, vous n’avez rien à faire.
notice-password-link-open = Choisir un nouveau mot de passe
notice-password-link-next = Si vous ne l’avez pas demandé, vous n’avez rien à faire : votre mot de passe reste le même.
notice-password-link-over = Le lien de ce message ne fonctionne plus.

notice-alarm-factor-disabled-subject = { $site } : le code de connexion de { $account } est désactivé
notice-alarm-factor-disabled-what = Le code de connexion du compte { $account } du domaine { $realm } a été désactivé : quelqu’un qui connaît le mot de passe a saisi trop de codes faux.

notice-alarm-lockout-subject = { $site } : quelqu’un cherche à deviner le mot de passe de { $account }
notice-alarm-lockout-what = Des mots de passe faux ont suspendu le compte { $account } du domaine { $realm } { $pauses } fois en une journée.

notice-alarm-not-me-subject = { $site } : « Ce n’était pas moi », dit { $account }
notice-alarm-not-me-what = La personne du compte { $account } du domaine { $realm } a signalé « Ce n’était pas moi ». Sessions, navigateurs de confiance et codes du compte ont pris fin, et son mot de passe n’ouvre plus rien.

notice-codes-asked-subject = { $site } : quelqu’un demande sans cesse des codes
notice-codes-asked-what = Quelqu’un qui connaît votre mot de passe demande sans cesse des codes de connexion. Aucun autre code n’est envoyé pour le moment.

notice-contact-added-subject = { $site } : les codes peuvent arriver à un endroit de plus
notice-contact-added-what = Désormais, les codes de votre compte peuvent arriver à { $mask } { notice-by-channel }.

notice-contact-changed-subject = { $site } : les codes arrivent ailleurs
notice-contact-changed-what = Les codes de votre compte n’arrivent plus ici, mais à { $mask } { notice-by-channel }.

notice-contact-removed-subject = { $site } : les codes n’arrivent plus à un endroit
notice-contact-removed-what = Les codes de votre compte n’arrivent plus à { $mask } { notice-by-channel }.

notice-device-reused-subject = { $site } : il existe peut-être une copie d’un navigateur de confiance
notice-device-reused-what = Une connexion a utilisé une ancienne copie de ce que retient votre navigateur de confiance { $name }. Ce navigateur n’est plus de confiance.

notice-devices-revoked-subject = { $site } : vos navigateurs ne sont plus de confiance
notice-devices-revoked-what = Un administrateur a retiré la confiance à tous les navigateurs de votre compte. La prochaine connexion demande un code.

notice-enrolment-code-issued-subject = { $site } : un code d’inscription a été établi pour vous
notice-enrolment-code-issued-what = Un administrateur a établi un code qui permet d’ajouter à votre compte un nouvel endroit où recevoir les codes.

notice-factor-disabled-subject = { $site } : les codes sont désactivés pour votre compte
notice-factor-disabled-what = Quelqu’un qui connaît votre mot de passe a saisi trop de codes faux. Aucun code n’est plus envoyé ni accepté pour votre compte, et aucun navigateur n’est de confiance, jusqu’à ce qu’un administrateur réactive les codes.

notice-factor-turned-off-subject = { $site } : la connexion en deux étapes est désactivée
notice-factor-turned-off-what = La connexion en deux étapes a été désactivée pour votre compte. Désormais le mot de passe suffit.

notice-factor-turned-on-subject = { $site } : la connexion en deux étapes est activée
notice-factor-turned-on-what = La connexion en deux étapes a été activée pour votre compte. Désormais une connexion peut demander un code en plus du mot de passe.

notice-login-paused-subject = { $site } : des mots de passe faux ont suspendu votre compte
notice-login-paused-what = Trop de mots de passe faux ont été saisis avec votre nom : la connexion est suspendue pour un moment. Personne n’est entré ainsi.

notice-not-me-confirmed-subject = { $site } : votre compte est protégé
notice-not-me-confirmed-what = Vous avez signalé « Ce n’était pas moi ». Toutes les sessions et tous les navigateurs de confiance de votre compte ont pris fin, et votre mot de passe n’ouvre plus rien.

notice-password-changed-subject = { $site } : votre mot de passe a été changé
notice-password-changed-what = Le mot de passe de votre compte a été changé, et les sessions et navigateurs de confiance d’avant ont pris fin.

notice-password-elsewhere-subject = { $site } : votre mot de passe est conservé ailleurs
notice-password-elsewhere-what = Quelqu’un, sans doute vous, a demandé un nouveau mot de passe. Le vôtre est celui de votre organisation, qui le conserve dans son propre annuaire : il ne peut pas être changé ici.

notice-password-link-subject = { $site } : choisir un nouveau mot de passe
notice-password-link-what = { $minutes ->
    [1] Quelqu’un, sans doute vous, a demandé un nouveau mot de passe. Ce lien permet de le choisir ; il sert une fois, pendant une minute.
    [one] Quelqu’un, sans doute vous, a demandé un nouveau mot de passe. Ce lien permet de le choisir ; il sert une fois, pendant { $minutes } minute.
   *[other] Quelqu’un, sans doute vous, a demandé un nouveau mot de passe. Ce lien permet de le choisir ; il sert une fois, pendant { $minutes } minutes.
}

notice-password-reset-subject = { $site } : un nouveau mot de passe a été choisi
notice-password-reset-what = Un nouveau mot de passe a été choisi pour votre compte par un lien envoyé par e-mail, et les sessions et navigateurs de confiance d’avant ont pris fin.

notice-recovery-code-used-subject = { $site } : un code de secours a servi
notice-recovery-code-used-what = { $left ->
    [0] Un code de secours de votre compte a servi. C’était le dernier : créez-en de nouveaux.
    [one] Un code de secours de votre compte a servi. Il en reste { $left } : créez-en bientôt de nouveaux.
   *[other] Un code de secours de votre compte a servi. Il en reste { $left }.
}

notice-recovery-codes-made-subject = { $site } : de nouveaux codes de secours ont été créés
notice-recovery-codes-made-what = De nouveaux codes de secours ont été créés pour votre compte. Les précédents ne valent plus rien.

notice-second-factor-reset-subject = { $site } : votre second facteur repart à neuf
notice-second-factor-reset-what = Un administrateur a remis à neuf le second facteur de votre compte. Toutes les sessions et tous les navigateurs de confiance ont pris fin.

notice-sessions-ended-subject = { $site } : vous avez été déconnecté partout
notice-sessions-ended-what = Un administrateur a mis fin à toutes les sessions de votre compte.

notice-wrong-code-subject = { $site } : votre mot de passe a servi, et le code était faux
notice-wrong-code-what = Quelqu’un a donné votre bon mot de passe, puis des codes faux, jusqu’au dernier essai. Cette connexion a été refusée.

# La page « Ce n’était pas moi ».
not-me-link = Un code ou un message que vous n’avez pas demandé ?
not-me-title = Ce n’était pas moi
not-me-title-done = Votre compte est protégé
not-me-title-over = Ce lien ne fonctionne plus
not-me-lead = Si ce que dit le message ne vient pas de vous, appuyez sur le bouton. Alors :
not-me-ends = Connexions, sessions, navigateurs de confiance et codes de votre compte prennent fin aussitôt, où qu’ils soient.
not-me-password-here = Votre mot de passe n’ouvre plus rien, jusqu’à ce que vous en choisissiez un nouveau.
not-me-password-elsewhere = Votre mot de passe est tenu par votre organisation. Changez-le là tout de suite : nous ne le pouvons pas.
not-me-password-either = Un mot de passe tenu ici n’ouvre plus rien, jusqu’à ce que vous en choisissiez un nouveau.
not-me-tells = Les administrateurs sont prévenus.
not-me-submit = Ce n’était pas moi
not-me-was-you = C’était vous ? Fermez cette page ; rien n’a changé.
not-me-code-lead = Vous avez reçu un code de connexion que vous n’avez pas demandé ? Alors quelqu’un connaît votre mot de passe. Saisissez le code ici, et nulle part ailleurs.
not-me-name = Numéro ou adresse où il est arrivé, ou votre nom de connexion
not-me-code = Le code du message
not-me-fault-not-found = Aucun code de ce genre n’y a été envoyé pendant la dernière heure, ou il a été essayé trop souvent. Vérifiez le numéro ou le nom, et le message le plus récent.
not-me-done = Tout ce qui était ouvert sur votre compte a pris fin. Qui avait votre mot de passe n’ira pas plus loin avec.
not-me-next-here = Choisissez maintenant un nouveau mot de passe : sur la page de connexion avec « Mot de passe oublié ? », ou adressez-vous à : { $contact }. Ne reprenez l’ancien nulle part.
not-me-next-elsewhere = Changez maintenant votre mot de passe là où votre organisation le tient, ou adressez-vous à : { $contact }. D’ici là, qui l’a peut réessayer.
not-me-choose = Choisir un nouveau mot de passe
not-me-over = Un lien sert une fois, pendant 24 heures. Celui-ci a servi, est trop ancien, ou n’a pas été copié en entier.
not-me-over-next = Si vous pensez toujours que quelqu’un d’autre est sur votre compte, adressez-vous tout de suite à : { $contact }.
not-me-with-code = J’ai un code
refused-password-must-change-title = Il faut un nouveau mot de passe
refused-password-must-change-what = Votre mot de passe a été abandonné quand « Ce n’était pas moi » a été signalé pour votre compte.
refused-password-must-change-next = Choisissez-en un nouveau sur la page de connexion avec « Mot de passe oublié ? », ou adressez-vous à : { $contact }.

sms-notice-codes-asked = { $site }: quelqu'un a votre mot de passe et demande sans cesse des codes.
sms-notice-contact-added = { $site }: les codes peuvent aussi arriver à { $mask }.
sms-notice-contact-changed = { $site }: les codes arrivent à { $mask } et plus ici.
sms-notice-contact-removed = { $site }: les codes n'arrivent plus à { $mask }.
sms-notice-device-reused = { $site }: une ancienne copie d'un navigateur de confiance a servi; il n'est plus de confiance.
sms-notice-devices-revoked = { $site }: vos navigateurs ne sont plus de confiance.
sms-notice-enrolment-code-issued = { $site }: un code d'inscription a été établi pour votre compte.
sms-notice-factor-disabled = { $site }: trop de codes faux; plus aucun code n'est accepté sans l'aide d'un administrateur.
sms-notice-factor-turned-off = { $site }: la connexion en deux étapes est désactivée pour votre compte.
sms-notice-factor-turned-on = { $site }: la connexion en deux étapes est activée pour votre compte.
sms-notice-login-paused = { $site }: trop de mots de passe faux; la connexion avec votre nom est suspendue un moment.
sms-notice-not-me-confirmed = { $site }: vous avez dit que ce n'était pas vous: tout a pris fin, il faut un nouveau mot de passe.
sms-notice-password-changed = { $site }: le mot de passe de votre compte a été changé.
sms-notice-password-elsewhere = { $site }: votre mot de passe est celui de votre organisation.
sms-notice-password-reset = { $site }: un nouveau mot de passe a été choisi pour votre compte.
sms-notice-recovery-code-used = { $site }: un code de secours de votre compte a servi, reste: { $left }.
sms-notice-recovery-codes-made = { $site }: de nouveaux codes de secours ont été créés pour votre compte.
sms-notice-second-factor-reset = { $site }: un administrateur a remis à neuf votre second facteur.
sms-notice-sessions-ended = { $site }: un administrateur a mis fin à toutes vos sessions.
sms-notice-wrong-code = { $site }: quelqu'un a utilisé votre bon mot de passe et saisi des codes faux.
sms-notice-password-link = { $site }: quelqu'un a demandé un nouveau mot de passe; le lien est parti par e-mail.
sms-notice-stranger = Pas vous? Prévenez: { $contact }.
