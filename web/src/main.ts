import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { router, titlePages } from './router'
import { i18n, preferred, speak } from './words'
import './styles.css'

speak(preferred()).then(() => {
  createApp(App).use(createPinia()).use(i18n).use(router).mount('#app')
  titlePages()
})
